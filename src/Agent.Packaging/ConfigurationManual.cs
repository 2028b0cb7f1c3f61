using System.Text.RegularExpressions;

namespace Agent.Packaging;

/// <summary>
/// agent.yaml(5), made from the annotated sample that a test holds against the settings. The sample is cut at its empty lines. The comment on top of
/// a block becomes text, and the keys stay lines to copy.
/// </summary>
internal static partial class ConfigurationManual
{
    public static string Write(string sample, string version, DateOnly date)
    {
        var blocks = sample.TrimEnd().Split("\n\n").Select(b => b.Split('\n')).ToList();
        var introduction = blocks[0].TakeWhile(IsComment).ToList();
        var page = new Roff("agent.yaml", 5, "File formats", version, date)
            .Section("name").Text("agent.yaml - configuration of npu-agent")
            .Section("synopsis").Text("/etc/npu-agent/agent.yaml")
            .Section("description").Text(Prose(introduction))
            .Section("keys");
        foreach (var block in blocks.Select((b, i) => i == 0 ? [.. b.Skip(introduction.Count)] : b).Where(b => b.Length > 0))
        {
            var comment = block.TakeWhile(line => IsComment(line) && !SwitchedOff().IsMatch(line)).ToList();
            var keys = block.Skip(comment.Count).ToList();
            page.Part(Key().Match(keys[0]).Value);
            if (comment.Count > 0)
                page.Text(Prose(comment));
            page.Verbatim(keys);
        }

        return page.Section("see also").Text("npu-agent(1)").ToString();
    }

    private static bool IsComment(string line) => line.StartsWith('#');

    private static string Prose(IEnumerable<string> comment) => string.Join(' ', comment.Select(l => l.TrimStart('#', ' ')));

    /// <summary>A key of the top level that the sample has only as a comment, such as `# vendor_codes:`.</summary>
    [GeneratedRegex(@"^# [a-z_]+:$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SwitchedOff();

    [GeneratedRegex(@"[a-z_]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Key();
}
