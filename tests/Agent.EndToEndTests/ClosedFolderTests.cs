using System.Diagnostics;
using Agent.Tests;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>A user without rights is told whose the folder is, who he is and what to do; never that no agent ran here.</summary>
public sealed class ClosedFolderTests
{
    private const int Unreachable = 4;
    private const int Refused = 6;
    private const int ConfigurationError = 78;

    [Fact]
    public async Task A_state_folder_that_is_closed_to_this_user_is_told_by_each_command_that_uses_it()
    {
        SkipUnlessRoot();
        await using var host = await ReadableHostAsync();
        Directory.CreateDirectory(host.State);
        File.SetUnixFileMode(host.State, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var command in (string[])["check", "incidents list", "incidents show last", "report", "bundle list", "bundle create --fast",
            "engine explain deepseek --command",
                     "engine reference deepseek", "engine accept deepseek", "engine bench deepseek", "engine compare deepseek deepseek", "run"])
        {
            var result = await AsStrangerAsync(host, command.Split(' '));
            var said = $"{command}: exit code {result.ExitCode}\n{result.Output}\n{result.Error}";
            result.ExitCode.ShouldBe(Refused, said);
            result.Output.ShouldBeEmpty(said);
            result.Error.ShouldContain($"state_folder {host.State}: user {Ownership.Stranger} may not read it (it belongs to 'root', mode 0700): use sudo",
                customMessage: said);
            result.Error.ShouldNotContain("Exception", customMessage: said);
        }

        // What does not use it works.
        foreach (var command in (string[])["config validate", "config show", "faults"])
        {
            var result = await AsStrangerAsync(host, command.Split(' '));
            result.ExitCode.ShouldBe(0, result.Error);
        }
    }

    [Fact]
    public async Task A_database_a_bundle_folder_and_a_configuration_that_are_closed_are_told_too()
    {
        SkipUnlessRoot();
        await using var host = await ReadableHostAsync(yaml => yaml + $"bundles: {{ folder: /var/tmp/npu-agent-test-{Environment.ProcessId} }}\n");
        var bundles = Directory.CreateDirectory($"/var/tmp/npu-agent-test-{Environment.ProcessId}").FullName;
        try
        {
            File.SetUnixFileMode(bundles, UnixFileMode.UserRead);
            Directory.CreateDirectory(host.State);
            File.SetUnixFileMode(host.State, (UnixFileMode)0b111_101_101);
            var database = Path.Combine(host.State, "npu-agent.db");
            await File.WriteAllTextAsync(database, "");
            File.SetUnixFileMode(database, UnixFileMode.UserRead);

            var list = await AsStrangerAsync(host, "bundle", "list");
            list.ExitCode.ShouldBe(Refused, list.Error);
            list.Error.ShouldContain($"bundles.folder {bundles}: user {Ownership.Stranger} may not read it");
            foreach (var command in (string[])["incidents list", "report"])
            {
                var read = await AsStrangerAsync(host, command.Split(' '));
                read.ExitCode.ShouldBe(Refused, read.Error);
                read.Error.ShouldContain($"the database {database}: user {Ownership.Stranger} may not open it (it belongs to 'root', mode 0400): use sudo");
            }

            File.SetUnixFileMode(host.Config, UnixFileMode.UserRead);
            var configuration = await AsStrangerAsync(host, "status");
            configuration.ExitCode.ShouldBe(ConfigurationError);
            configuration.Error.ShouldContain($"{host.Config}: user {Ownership.Stranger} may not read it (it belongs to 'root', mode 0400): use sudo");
        }
        finally
        {
            Directory.Delete(bundles);
        }
    }

    [Fact]
    public async Task A_control_socket_that_is_closed_to_this_user_is_told_with_its_group()
    {
        SkipUnlessRoot();
        await using var host = await ReadableHostAsync();
        var path = Path.Combine(host.Folder, "agent.sock");
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream,
            System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        socket.Listen();
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_000);
        // Group 4 is adm on every Debian, openEuler and Red Hat.
        using (var chgrp = Process.Start("chgrp", ["4", path]))
            await chgrp.WaitForExitAsync();
        var result = await AsStrangerAsync(host, "status");
        result.ExitCode.ShouldBe(Unreachable, result.Error);
        result.Error.ShouldContain($"control socket {path}: user {Ownership.Stranger} may not open it (it belongs to 'root', mode 0660): use sudo, or join "
            + $"its group 'adm' (sudo usermod -aG adm USER) and log in again");
        result.Error.ShouldNotContain("is npu-agent running");
    }

    [Fact]
    public async Task What_lies_in_the_place_of_the_control_socket_is_told()
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var path = Path.Combine(host.Folder, "agent.sock");
        await File.WriteAllTextAsync(path, "");
        var result = await host.RunAsync("status");
        result.ExitCode.ShouldBe(Unreachable);
        result.Error.ShouldContain($"control socket {path}: the file there is no socket");
    }

    private static void SkipUnlessRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can become another user");

    private static async Task<SimulatedHost> ReadableHostAsync(Func<string, string>? change = null)
    {
        var host = await SimulatedHost.UpAsync(chips: 2, change: change);
        File.SetUnixFileMode(host.Folder, (UnixFileMode)0b111_101_101);
        return host;
    }

    private static async Task<CommandResult> AsStrangerAsync(SimulatedHost host, params string[] command)
    {
        var start = new ProcessStartInfo("setpriv") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var word in (string[])["--reuid", $"{Ownership.Stranger}", "--regid", $"{Ownership.Stranger}", "--clear-groups", Programs.Agent, .. command,
            "--config", host.Config])
            start.ArgumentList.Add(word);
        start.Environment["PATH"] = host.SearchPath;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error);
    }
}
