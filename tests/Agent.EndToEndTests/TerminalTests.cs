using System.Diagnostics;
using System.Text.RegularExpressions;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>The program on a real terminal, which script(1) makes: its width is held, and colours are a terminal's alone.</summary>
public sealed partial class TerminalTests
{
    private static readonly string[] Listings =
        ["faults", "faults engine-hung", "faults engine-hung --language zh", "faults --language zh", "faults --vendor", "faults 80E01801", "demo --list",
            "check", "bundle list", "incidents list", "config validate", "faults engine-hang", "incidents show 20260301-030000-001", "engine explain deepseek",
            "engine start deepsek", "report --dayz 7", "engine reference deepseek"];

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(160)]
    public async Task No_line_is_wider_than_the_terminal(int columns)
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        Directory.CreateDirectory(Path.Combine(host.State, "bundles"));
        await File.WriteAllTextAsync(Path.Combine(host.State, "bundles", "20260301-030000-001-engine-hung-with-a-long-name-fast.tar.gz"), "");
        foreach (var command in Listings)
        {
            var shown = await ShownAsync(host, $"stty cols {columns}; '{Programs.Agent}' {command} --config '{host.Config}'");
            shown.ShouldNotBeNullOrWhiteSpace(command);
            foreach (var line in Plain(shown).Split('\n'))
                Columns(line).ShouldBeLessThanOrEqualTo(columns, $"{command}: {line}");
        }
    }

    [Fact]
    public async Task COLUMNS_tells_another_width_and_NO_COLOR_takes_the_colours_alone()
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var coloured = await ShownAsync(host, $"stty cols 100; unset NO_COLOR; '{Programs.Agent}' check --config '{host.Config}'");
        coloured.ShouldContain("\e[32mok  \e[0m");
        var plain = await ShownAsync(host, $"stty cols 100; NO_COLOR=1 '{Programs.Agent}' check --config '{host.Config}'");
        plain.ShouldNotContain("\e[3");
        foreach (var shown in (string[])[Plain(plain), Plain(coloured)])
            Place(shown, " host ").ShouldBe(Place(shown, " SUBJECT "), shown);

        var narrow = Plain(await ShownAsync(host, $"stty cols 160; COLUMNS=60 '{Programs.Agent}' faults"));
        narrow.Split('\n').ShouldAllBe(l => l.Length <= 60);
        // A width is a terminal's: into a pipe each row stays one line, whatever COLUMNS says.
        var piped = Plain(await ShownAsync(host, $"stty cols 60; COLUMNS=60 '{Programs.Agent}' faults | cat"));
        piped.Split('\n').ShouldContain(l => l.Length > 60);
        piped.ShouldNotContain('\e');

        static int Place(string text, string word) => text.Split('\n').Select(l => l.IndexOf(word, StringComparison.Ordinal)).First(i => i >= 0);
    }

    [Fact]
    public async Task A_mistake_in_the_command_line_has_no_colour_where_none_is_wanted()
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var told = await ShownAsync(host, $"stty cols 60; NO_COLOR=1 '{Programs.Agent}' report --days many");
        told.ShouldNotContain("\e[3");
        Plain(told).Split('\n').ShouldAllBe(l => l.Length <= 60);
        Plain(told).ShouldContain("--days: found 'many'");
    }

    private static async Task<string> ShownAsync(SimulatedHost host, string line)
    {
        var start = new ProcessStartInfo("script") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var word in (string[])["--quiet", "--echo", "never", "--command", line, "/dev/null"])
            start.ArgumentList.Add(word);
        start.Environment["PATH"] = host.SearchPath;
        start.Environment["SHELL"] = "/bin/sh";
        start.Environment["TERM"] = "xterm";
        start.Environment.Remove("COLUMNS");
        using var script = Process.Start(start)!;
        var shown = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        return shown.Replace("\r", "", StringComparison.Ordinal);
    }

    /// <summary>Without what only the terminal reads.</summary>
    private static string Plain(string shown) => Sequence().Replace(shown, "");

    private static int Columns(string line) => line.EnumerateRunes().Sum(r => r.Value is >= 0x2E80 and < 0xFFE7 and not (>= 0xFF61 and < 0xFFE0) ? 2 : 1);

    [GeneratedRegex(@"\e(\[[0-9;?]*[a-zA-Z]|[=>])", RegexOptions.None, 1000)]
    private static partial Regex Sequence();
}
