using System.Text.RegularExpressions;
using Agent.Tests;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>Root types a command in a folder that all may write: nothing there is run, nor even opened.</summary>
public sealed partial class ImpostorTests
{
    private const int UsageError = 1;

    /// <summary>For arguments by the names that help has for them.</summary>
    private static readonly Dictionary<string, string> Values = new(StringComparer.Ordinal)
    {
        ["<name>"] = "deepseek",
        ["<chip>"] = "0-0",
        ["<id>"] = "last",
        ["<incident>"] = "last",
        ["<channel>"] = "hook",
        ["<A>"] = "deepseek",
        ["<B>"] = "deepseek",
        ["[<code>]"] = "engine-hangs",
    };

    /// <summary>What makes a command short.</summary>
    private static readonly Dictionary<string, string[]> Options = new(StringComparer.Ordinal)
    {
        ["engine bench"] = ["--requests", "1", "--answer-tokens", "1"],
        ["engine explain"] = ["--command"],
        ["demo"] = ["--pace", "20"],
    };

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData(Impostors.Inner)]
    [InlineData(null)]
    public async Task No_command_runs_or_opens_what_lies_in_the_working_folder(string? entry)
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var impostors = new Impostors(host);
        impostors.Names.ShouldContain("systemctl");
        impostors.Names.ShouldContain("npu-smi");
        impostors.Names.ShouldContain("vllm");
        var commands = await CommandsAsync(host);
        commands.Count.ShouldBeGreaterThan(20);

        (host.WorkingFolder, host.SearchPath) = (impostors.Folder, entry is null ? host.SearchPath : $"{entry}:{host.SearchPath}");
        using var opened = new OpenWatch(impostors.Folder);
        using var inner = new OpenWatch(Path.Combine(impostors.Folder, Impostors.Inner));
        host.StartAgent();
        await host.WaitUntilServingAsync();
        // The demo is a host of its own for half a minute.
        foreach (var command in commands.Where(c => entry == "." || c[0] != "demo"))
        {
            var result = await host.RunAsync(command);
            result.ExitCode.ShouldNotBe(UsageError, $"{string.Join(' ', command)}: {result.Error}");
            result.Error.Contains("'" + entry + "'", StringComparison.Ordinal).ShouldBe(entry is not null, $"{string.Join(' ', command)}: {result.Error}");
        }

        impostors.Ran().ShouldBeEmpty();
        opened.Opened().ShouldBeEmpty();
        inner.Opened().ShouldBeEmpty();
    }

    [Fact]
    public async Task Root_runs_nothing_of_a_folder_that_all_may_write_and_is_told_why()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, who has more to lose");
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var impostors = new Impostors(host);
        var commands = await CommandsAsync(host);
        host.SearchPath = $"{impostors.Folder}:{host.SearchPath}";
        host.StartAgent();
        await host.UntilAsync("the agent answers", async () => (await host.RunAsync("status")).ExitCode is not 4);
        foreach (var command in commands.Where(c => c[0] != "demo"))
            (await host.RunAsync(command)).ExitCode.ShouldNotBe(UsageError);
        impostors.Ran().ShouldBeEmpty();
        var check = await host.RunAsync("check");
        check.Output.ShouldContain($"root does not run {impostors.Folder}/npu-smi: {impostors.Folder} may be written by others than root");
        check.Output.ShouldContain($"chmod go-w {impostors.Folder}; or take {impostors.Folder} out of PATH");
    }

    [Fact]
    public async Task Root_plays_no_demo_with_a_simulator_that_others_may_change_and_is_told_why()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, who has more to lose");
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var impostors = new Impostors(host);
        var theirs = Path.Combine(impostors.Folder, "npu-smi");
        var named = await host.RunAsync("demo", "--simulator", theirs);
        host.Environment["NPU_AGENT_SIMULATOR"] = theirs;
        foreach (var result in (CommandResult[])[named, await host.RunAsync("demo")])
        {
            result.ExitCode.ShouldBe(6, result.Error);
            result.Error.ShouldContain($"root does not run {theirs}: {impostors.Folder} may be written by others than root");
        }

        impostors.Ran().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_script_that_root_runs_gets_no_folder_of_PATH_that_others_may_write()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, who has more to lose");
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var (helpers, witness) = (Directory.CreateDirectory(Path.Combine(host.Folder, "helpers")).FullName, Path.Combine(host.Folder, "witness"));
        var helper = Path.Combine(helpers, "helper-of-a-tool");
        await File.WriteAllTextAsync(helper, $"#!/bin/sh\ntouch '{witness}'\n");
        File.SetUnixFileMode(helper, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(helpers, (UnixFileMode)0b111_111_111);
        var tool = Path.Combine(host.World, "bin", "npu-smi");
        File.Delete(tool);
        await File.WriteAllTextAsync(tool, "#!/bin/sh\nhelper-of-a-tool\n");
        File.SetUnixFileMode(tool, (UnixFileMode)0b111_101_101);
        host.SearchPath = $"{helpers}:{host.SearchPath}";
        var check = await host.RunAsync("check");
        File.Exists(witness).ShouldBeFalse();
        check.Error.ShouldContain($"take no program from a folder of PATH that others may change: {helpers}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    public async Task A_child_takes_no_library_from_the_working_folder(string entry)
    {
        await using var host = await SimulatedHost.UpAsync();
        var evidence = Path.Combine(host.Folder, "environment");
        // In the place of npu-smi: what it was given.
        var asked = Path.Combine(host.World, "bin", "npu-smi");
        File.Delete(asked);
        await File.WriteAllTextAsync(asked, $"#!/bin/sh\n{{ pwd; echo \"$PATH\"; echo \"$LD_LIBRARY_PATH\"; }} > '{evidence}'\n");
        File.SetUnixFileMode(asked, (UnixFileMode)0b111_101_101);
        host.SearchPath = $"{host.SearchPath}:{entry}";
        host.Environment["LD_LIBRARY_PATH"] = $"{entry}:/usr/local/Ascend/driver/lib64";
        await host.RunAsync("check");
        var lines = await File.ReadAllLinesAsync(evidence);
        lines.ShouldBe(["/", host.SearchPath[..^(entry.Length + 1)], "/usr/local/Ascend/driver/lib64"]);
    }

    [Fact]
    public async Task A_program_of_the_configuration_is_a_bare_name_or_an_absolute_path()
    {
        await using var host = await SimulatedHost.UpAsync(change: yaml =>
            yaml.Replace("model: /models", "command: bin/vllm\n    model: /models", StringComparison.Ordinal));
        var result = await host.RunAsync("config", "validate");
        result.ExitCode.ShouldBe(78);
        result.Error.ShouldContain("engines[0].command: 'bin/vllm' is relative");
    }

    /// <summary>Every command of the help pages, and those that it hides, with values for their arguments.</summary>
    private static async Task<List<string[]>> CommandsAsync(SimulatedHost host)
    {
        List<string[]> commands = [];
        await AddAsync(host, commands, []);
        // Two are left out: logs of this machine's packages and its shared memory are not for a test to touch.
        var hidden = HelpTests.Hidden().Except(["as-root collect", "engine clear"], StringComparer.Ordinal);
        commands.AddRange(hidden.Select(h => (string[])[.. h.Split(' '), h == "as-root reset" ? "0-0" : "deepseek"]));
        return commands;
    }

    private static async Task AddAsync(SimulatedHost host, List<string[]> commands, string[] command)
    {
        var help = (await host.RunAsync([.. command, "--help"])).Output;
        var inner = help.Split("\nCommands:\n");
        if (inner.Length > 1)
        {
            foreach (var line in inner[1].Split("\n\n")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries))
                await AddAsync(host, commands, [.. command, line.Trim().Split(' ')[0]]);
        }
        // The daemon is started by itself.
        else if (command is not ["run"])
        {
            var usage = help.Split("Usage:\n")[1].Split('\n')[0];
            var name = string.Join(' ', command);
            commands.Add([.. command, .. Argument().Matches(usage).Select(m => Values[m.Value]), .. Options.GetValueOrDefault(name, [])]);
        }
    }

    [GeneratedRegex(@"\[?<[^>]+>\]?", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Argument();
}
