using System.Text;
using System.Text.RegularExpressions;
using Shouldly;

namespace Agent.EndToEndTests;

public sealed partial class HelpTests
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

    /// <summary>The commands that help does not list. Other commands are made by CommandLineParts, with examples.</summary>
    internal static IReadOnlyList<string> Hidden()
    {
        string[] hidden = ["as-root reset", "as-root collect", "as-root admit", "engine exec", "engine clear"];
        Directory.EnumerateFiles(Programs.Sources, "*Command.cs", SearchOption.AllDirectories).SelectMany(f => WithoutExamples().Matches(File.ReadAllText(f)))
            .Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal)
            .ShouldBe(hidden.Select(h => h.Split(' ')[1]).Append("as-root").Order(StringComparer.Ordinal), "each hidden command is in this list");
        return hidden;
    }

    internal static IEnumerable<string> Leaves(IEnumerable<(IReadOnlyList<string> Command, string Page)> pages) =>
        pages.Where(p => !p.Page.Contains("\nCommands:\n", StringComparison.Ordinal)).Select(p => string.Join(' ', p.Command));

    [GeneratedRegex("""new Command\("([\w-]+)""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WithoutExamples();
}
