using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>A start that would fail, or harm what is there, is refused before it begins, and who is in the way is named.</summary>
public sealed class EngineStartTests
{
    [Fact]
    public async Task F10_Chips_in_other_hands_refuse_the_start_and_their_holder_is_named_and_lives()
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        await host.SimulateAsync("fault", "chip-taken", "--npu", "1");
        await ShouldRefuseAsync(host, "device-taken", "chip 1/0 holds 23880 MB: process ", "python3");
        await host.SimulateAsync("heal");
        await ShouldStartByHandAsync(host);
    }

    [Fact]
    public async Task F17_A_port_in_other_hands_refuses_the_start_and_its_holder_is_named()
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        using (var other = new TcpListener(IPAddress.Loopback, host.EnginePort))
        {
            other.Start();
            var me = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            await ShouldRefuseAsync(host, "engine-port-taken", $"port {host.EnginePort.ToString(CultureInfo.InvariantCulture)} is listened on by process {me}");
        }

        await ShouldStartByHandAsync(host);
    }

    [Fact]
    public async Task F20_A_full_dev_shm_refuses_the_start_and_leftovers_that_nobody_uses_are_removed()
    {
        var (left, used) = ($"/dev/shm/psm_left{Guid.NewGuid():N}", $"/dev/shm/psm_used{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(left, "x");
        await using var open = new FileStream(used, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, 1, FileOptions.DeleteOnClose);
        await using var host = await SimulatedHost.UpAsync(chips: 2, change: yaml =>
            yaml.Replace("shared_memory: 1MiB", "shared_memory: 1TiB", StringComparison.Ordinal));
        await ShouldRefuseAsync(host, "shared-memory-full", "start.shared_memory asks for 1048576");
        File.Exists(left).ShouldBeFalse("nobody has it");
        File.Exists(used).ShouldBeTrue("a live process has it open");
    }

    private static async Task ShouldRefuseAsync(SimulatedHost host, string fault, params string[] texts)
    {
        host.StartAgent();
        var incident = await host.IncidentInStateAsync("handed-over", "resolved");
        var story = string.Join('\n', incident["timeline"]!.AsArray().Select(e => (string?)e!["text"]));
        ((string?)incident["fault"]).ShouldBe(fault, story);
        ((string?)incident["state"]).ShouldBe("handed-over", story);
        foreach (var text in texts)
            story.ShouldContain(text);
        host.Calls().ShouldNotContain(c => c.StartsWith("vllm serve", StringComparison.Ordinal));
        var verdict = JsonNode.Parse((await host.RunAsync("engine", "explain", "deepseek", "--output", "json")).Output)!;
        ((string?)verdict["rule"]!["english"]).ShouldBe("the last start was refused before it began");
    }

    private static async Task ShouldStartByHandAsync(SimulatedHost host)
    {
        var started = await host.RunAsync("engine", "start", "deepseek");
        started.ExitCode.ShouldBe(0, started.Error);
        ((string?)(await host.IncidentInStateAsync("resolved"))["reason"]).ShouldBe("mended by a person");
    }
}
