using System.Text;
using Shouldly;

namespace Agent.EndToEndTests;

public sealed class HelpTests
{
    // Every page of help is read before it changes: --help is what an operator has at three in the morning.
    [Fact]
    public async Task Help_is_as_it_was_accepted()
    {
        await using var host = await SimulatedHost.UpAsync();
        var pages = new StringBuilder();
        await AppendAsync(host, pages, []);
        pages.ToString().ShouldMatchApproved(c => c.WithFileExtension(".txt"));
    }

    /// <summary>A page, then the pages of the commands that it lists.</summary>
    private static async Task AppendAsync(SimulatedHost host, StringBuilder pages, IReadOnlyList<string> command)
    {
        var help = await host.RunAsync([.. command, "--help"]);
        help.ExitCode.ShouldBe(0);
        pages.Append("== npu-agent ").AppendJoin(' ', command).Append('\n').Append(help.Output.Replace("\r", "", StringComparison.Ordinal)).Append('\n');
        var commands = help.Output.Split("\nCommands:\n");
        if (commands.Length < 2)
            return;
        foreach (var line in commands[1].Split("\n\n")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            await AppendAsync(host, pages, [.. command, line.Trim().Split(' ')[0]]);
    }
}
