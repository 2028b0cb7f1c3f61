using Agent.ForeignText;

namespace Agent.Tests.ForeignText;

/// <summary>What hosts really print, to the line: a redaction of what is no secret takes evidence away.</summary>
public sealed class CaptureRedactionTests
{
    private static readonly Redaction Redaction = new([]);

    [Theory]
    [InlineData("ascend/*")]
    [InlineData("vllm/*")]
    [InlineData("reports/*")]
    public void Nothing_is_taken_from_what_hosts_print(string captures)
    {
        var changed =
            from capture in Captures.Named(captures)
            from line in capture.Text.Split('\n')
            let clean = Redaction.Clean(line)
            where clean != line
            select $"{capture.Name}: {line.Trim()}\n    -> {clean.Trim()}";
        changed.ShouldBeEmpty();
    }
}
