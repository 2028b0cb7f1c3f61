using Agent.Adapters.Files;

namespace Agent.Tests.Adapters;

public sealed class VariablesFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Variables_are_read_as_systemd_reads_them()
    {
        File.WriteAllText(_folder.File("engine.env"),
            "# CANN\n; too\nASCEND_HOME_PATH=/usr/local/Ascend\n  PATH = \"/opt/a b\"\nX='y'\nEMPTY=\nno variable\n=nothing\n");
        VariablesFile.Read(_folder.File("engine.env")).ShouldBe(new Dictionary<string, string>
        {
            ["ASCEND_HOME_PATH"] = "/usr/local/Ascend",
            ["PATH"] = "/opt/a b",
            ["X"] = "y",
            ["EMPTY"] = "",
        });
    }

    [Fact]
    public void A_file_that_is_not_there_says_nothing() => VariablesFile.Read(_folder.File("engine.env")).ShouldBeEmpty();

    public void Dispose() => _folder.Dispose();
}
