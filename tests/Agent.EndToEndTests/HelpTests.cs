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
        foreach (var (command, page) in await PagesAsync(host, []))
            pages.Append("== npu-agent ").AppendJoin(' ', command).Append('\n').Append(page).Append('\n');
        pages.ToString().ShouldMatchApproved(c => c.WithFileExtension(".txt"));
    }

    /// <summary>A page, then the pages of the commands that it lists.</summary>
    internal static async Task<IReadOnlyList<(IReadOnlyList<string> Command, string Page)>> PagesAsync(SimulatedHost host, IReadOnlyList<string> command)
    {
        var help = await host.RunAsync([.. command, "--help"]);
        help.ExitCode.ShouldBe(0);
        List<(IReadOnlyList<string>, string)> pages = [(command, help.Output.Replace("\r", "", StringComparison.Ordinal))];
        var commands = help.Output.Split("\nCommands:\n");
        foreach (var line in commands.Length < 2 ? [] : commands[1].Split("\n\n")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            pages.AddRange(await PagesAsync(host, [.. command, line.Trim().Split(' ')[0]]));
        return pages;
    }
}
