using System.Diagnostics;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>Whatever ends a command, it ends with a sentence and a documented exit code, and never with a trace.</summary>
public sealed class UnforeseenTests
{
    private const int Failed = 2;
    private static readonly int[] Documented = [0, 1, 2, 3, 4, 5, 6, 7, 78];

    private static readonly string[][] Commands =
    [
        ["run"], ["check"], ["status"], ["incidents", "list"], ["incidents", "show", "last"], ["bundle", "list"], ["bundle", "create"],
        ["report"], ["report", "--incident", "last"], ["engine", "start", "deepseek"], ["engine", "explain", "deepseek"],
        ["engine", "explain", "deepseek", "--command"], ["engine", "reference", "deepseek"], ["engine", "bench", "deepseek"],
        ["maintenance", "status"], ["maintenance", "on"], ["config", "validate"], ["config", "show"],
    ];

    // What keeps no agent from running.
    private static readonly string[] Harmless =
        ["control socket is a file", "bundle folder is a file", "engines folder is a file", "database is text", "database is empty"];

    [Theory]
    [InlineData("config is a folder")]
    [InlineData("config is a pipe")]
    [InlineData("config is a device")]
    [InlineData("config is named by nothing")]
    [InlineData("state folder is a file")]
    [InlineData("state folder leads to itself")]
    [InlineData("database is a folder")]
    [InlineData("database is a pipe")]
    [InlineData("database is text")]
    [InlineData("database is empty")]
    [InlineData("config holds a NUL")]
    [InlineData("config is of another encoding")]
    [InlineData("engines folder is a file")]
    [InlineData("log folder is a file")]
    [InlineData("bundle folder is a file")]
    [InlineData("control socket is a file")]
    [InlineData("control socket is a folder")]
    [InlineData("control socket is too long")]
    [InlineData("listen address is no address of this host")]
    public async Task A_broken_host_ends_each_command_with_a_sentence(string cause)
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        Break(host, cause);
        foreach (var command in Commands)
        {
            if (command is ["run"] && Harmless.Contains(cause))
                continue;
            var result = await host.RunAsync(command);
            var said = $"{string.Join(' ', command)}: exit code {result.ExitCode}\n{result.Output}\n{result.Error}";
            Documented.ShouldContain(result.ExitCode, said);
            (result.Output + result.Error).ShouldNotBeNullOrWhiteSpace(said);
            result.Error.ShouldNotContain("   at ", customMessage: said);
            result.Error.ShouldNotContain("Unhandled", customMessage: said);
            result.Error.ShouldNotContain("Exception", customMessage: said);
            result.Error.ShouldNotContain("System.", customMessage: said);
            // "This was not foreseen": what is foreseeable has a sentence of its own.
            result.Error.ShouldNotContain("not foreseen", customMessage: said);
        }
    }

    [Theory]
    [InlineData("> /dev/full", Failed, "No space left on device")]
    [InlineData("> /dev/full 2> /dev/full", Failed, "")]
    [InlineData("| head -1 > /dev/null", 0, "")]
    [InlineData("| true", 0, "")]
    public async Task Output_that_nobody_takes_is_no_accident(string end, int code, string told)
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        // More than fits into a pipe, and less.
        foreach (var command in (string[])["faults", "config show", "faults engine-hung"])
        {
            var (exitCode, error) = await ShellAsync($"'{Programs.Agent}' {command} --config '{host.Config}' {end}");
            exitCode.ShouldBe(code, $"{command} {end}: {error}");
            error.ShouldContain(told);
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(told.Length > 0 ? 1 : 0, $"{command} {end}: {error}");
        }
    }

    [Theory]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData("<&- >&-")]
    [InlineData(">&- 2>&- <&-")]
    public async Task What_the_caller_closed_is_no_place_for_what_is_printed(string end)
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        foreach (var command in (string[])["faults", "config show"])
        {
            var (exitCode, error) = await ShellAsync($"'{Programs.Agent}' {command} --config '{host.Config}' {end}");
            exitCode.ShouldBe(0, $"{command} {end}: {error}");
            error.ShouldBeEmpty($"{command} {end}");
        }
    }

    private static async Task<(int ExitCode, string Error)> ShellAsync(string line)
    {
        var start = new ProcessStartInfo("bash") { UseShellExecute = false, RedirectStandardError = true };
        foreach (var word in (string[])["-o", "pipefail", "-c", line])
            start.ArgumentList.Add(word);
        using var shell = Process.Start(start)!;
        var error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return (shell.ExitCode, error);
    }

    private static void Break(SimulatedHost host, string cause)
    {
        var yaml = File.ReadAllText(host.Config);
        switch (cause)
        {
            case "config is a folder":
                File.Delete(host.Config);
                Directory.CreateDirectory(host.Config);
                return;
            case "config is a pipe":
                File.Delete(host.Config);
                Pipe(host.Config);
                return;
            case "config is a device":
                File.Delete(host.Config);
                File.CreateSymbolicLink(host.Config, "/dev/zero");
                return;
            case "config is named by nothing":
                host.Config = "";
                return;
            case "state folder is a file":
                File.WriteAllText(host.State, "");
                return;
            case "state folder leads to itself":
                File.CreateSymbolicLink(host.State, host.State);
                return;
            case "database is a folder":
                Directory.CreateDirectory(Path.Combine(host.State, "npu-agent.db"));
                return;
            case "database is a pipe":
                Directory.CreateDirectory(host.State);
                Pipe(Path.Combine(host.State, "npu-agent.db"));
                return;
            case "database is text" or "database is empty":
                Directory.CreateDirectory(host.State);
                File.WriteAllText(Path.Combine(host.State, "npu-agent.db"),
                    cause == "database is empty" ? "" : string.Concat(Enumerable.Repeat("this is no database. ", 500)));
                return;
            case "config holds a NUL":
                Write(yaml + "\0");
                return;
            case "config is of another encoding":
                File.WriteAllText(host.Config, yaml, System.Text.Encoding.Unicode);
                return;
            case "engines folder is a file":
                Directory.CreateDirectory(host.State);
                File.WriteAllText(Path.Combine(host.State, "engines"), "");
                return;
            case "log folder is a file":
                File.WriteAllText(Path.Combine(host.Folder, "log"), "");
                return;
            case "bundle folder is a file":
                Directory.CreateDirectory(host.State);
                File.WriteAllText(Path.Combine(host.State, "bundles"), "");
                return;
            case "control socket is a file":
                File.WriteAllText(Path.Combine(host.Folder, "agent.sock"), "");
                return;
            case "control socket is a folder":
                Directory.CreateDirectory(Path.Combine(host.Folder, "agent.sock", "inner"));
                return;
            case "control socket is too long":
                Write(yaml.Replace("agent.sock", new string('x', 100), StringComparison.Ordinal));
                return;
            default:
                Write(yaml.Replace("listen: 127.0.0.1", "listen: 203.0.113.1", StringComparison.Ordinal));
                return;
        }

        void Write(string changed) => File.WriteAllText(host.Config, changed);
    }

    private static void Pipe(string path)
    {
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
    }
}
