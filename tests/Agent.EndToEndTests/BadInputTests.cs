using System.Globalization;
using Shouldly;

namespace Agent.EndToEndTests;

public sealed class BadInputTests
{
    private const int Faulty = 3;
    private const int Refused = 6;
    private const int ConfigurationError = 78;

    [Fact]
    public async Task An_unknown_key_is_named_with_its_line_and_the_nearest_known_key()
    {
        await using var host = await SimulatedHost.UpAsync(change: yaml => yaml.Replace("disk: { min_free", "disk: { min_fre", StringComparison.Ordinal));
        var result = await host.RunAsync("config", "validate");
        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.ShouldContain("disk.min_fre: unknown key; did you mean 'min_free'?");
        result.Error.ShouldContain(host.Config + ":");
    }

    [Fact]
    public async Task A_wrong_type_names_what_was_found_and_what_is_allowed()
    {
        await using var host = await SimulatedHost.UpAsync(change: yaml => yaml.Replace($"port: ", "port: high-", StringComparison.Ordinal));
        var result = await host.RunAsync("run");
        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.ShouldContain("expected a whole number from 1 to 65535");
    }

    [Fact]
    public async Task A_missing_file_says_what_to_do()
    {
        await using var host = await SimulatedHost.UpAsync();
        File.Delete(host.Config);
        var result = await host.RunAsync("run");
        result.ExitCode.ShouldBe(ConfigurationError);
        result.Error.ShouldContain("not found; copy the annotated packaging/agent.yaml");
    }

    [Fact]
    public async Task Without_npu_smi_a_check_says_what_is_missing()
    {
        await using var host = await SimulatedHost.UpAsync();
        File.Delete(Path.Combine(host.World, "bin", "npu-smi"));
        var result = await host.RunAsync("check");
        result.ExitCode.ShouldBe(5, result.Output);
        result.Output.ShouldContain("npu-smi was not found");
        result.Output.ShouldContain("install the NPU driver");
    }

    [Fact]
    public async Task A_second_daemon_on_the_same_state_folder_is_refused()
    {
        await using var host = await SimulatedHost.ServingAsync();
        var second = await host.RunAsync("run");
        second.ExitCode.ShouldBe(Refused);
        second.Error.ShouldContain($"another npu-agent (pid {host.AgentPid}) runs on state_folder {host.State}");
        (await host.EngineAnswersAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_corrupt_database_is_set_aside_and_told()
    {
        await using var host = await SimulatedHost.UpAsync();
        Directory.CreateDirectory(host.State);
        await File.WriteAllTextAsync(Path.Combine(host.State, "npu-agent.db"), string.Concat(Enumerable.Repeat("this is no database. ", 500)));
        host.StartAgent();
        await host.WaitUntilServingAsync();
        var incident = await host.IncidentInStateAsync("confirmed");
        ((string?)incident["fault"]).ShouldBe("database-replaced");
        Directory.EnumerateFiles(host.State, "npu-agent.db.corrupt-*").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_state_folder_that_is_a_file_stops_the_start_with_a_clear_message()
    {
        await using var host = await SimulatedHost.UpAsync();
        await File.WriteAllTextAsync(host.State, "");
        var result = await host.RunAsync("run");
        result.ExitCode.ShouldBe(Refused);
        result.Error.ShouldContain($"state_folder {host.State}");
    }

    [Fact]
    public async Task A_read_only_database_stops_the_start_with_a_clear_message()
    {
        await using var host = await SimulatedHost.ServingAsync();
        await host.StopAgentAsync();
        // Root ignores file modes; a folder in the file's place is refused to everybody.
        foreach (var file in Directory.EnumerateFiles(host.State, "npu-agent.db*"))
            File.Delete(file);
        Directory.CreateDirectory(Path.Combine(host.State, "npu-agent.db"));
        var result = await host.RunAsync("run");
        result.ExitCode.ShouldBe(Refused);
        result.Error.ShouldContain("cannot be opened");
    }

    [Fact]
    public async Task A_log_with_huge_lines_and_broken_text_harms_nothing()
    {
        await using var host = await SimulatedHost.ServingAsync();
        var log = Directory.EnumerateFiles(Path.Combine(host.State, "engines", "deepseek"), "*.log").Single();
        await using (var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            for (var i = 0; i < 3; i++)
            {
                file.Write(new byte[] { 0xff, 0xfe, (byte)'\n', 0xc3 });
                file.Write(Enumerable.Repeat((byte)'x', 10 * 1024 * 1024).ToArray());
                file.Write("\n"u8);
            }
        }

        await host.SimulateAsync("fault", "worker-killed");
        ((string?)(await host.IncidentInStateAsync("resolved"))["fault"]).ShouldBe("engine-worker-died");
        AgentMemoryMegabytes(host).ShouldBeLessThan(400);
    }

    [Fact]
    public async Task Check_finds_a_fault_without_a_daemon_and_says_what_to_do()
    {
        await using var host = await SimulatedHost.UpAsync();
        await host.SimulateAsync("fault", "chip-alarm", "--npu", "1");
        var result = await host.RunAsync("check");
        result.ExitCode.ShouldBe(Faulty, result.Output);
        result.Output.ShouldContain("chip 1/0 (910B3 0000:C2:00.0) reports Alarm, error codes 8C03A000 8C084E00");
        result.Output.ShouldContain("Next steps:");
    }

    private static long AgentMemoryMegabytes(SimulatedHost host) =>
        long.Parse(File.ReadLines($"/proc/{host.AgentPid}/status").Single(l => l.StartsWith("VmRSS", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
}
