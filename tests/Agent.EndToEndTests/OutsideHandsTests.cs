using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>What somebody else does to an engine is told and left as it is.</summary>
public sealed class OutsideHandsTests
{
    [Fact]
    public async Task F22_A_SIGTERM_while_it_starts_is_respected()
    {
        await using var host = await SimulatedHost.UpAsync(pace: 2, chips: 2);
        host.StartAgent();
        await StopAsync(await StartingAsync(host));
        await RespectedAsync(host, starts: 1);
    }

    [Fact]
    public async Task F22_A_SIGTERM_in_the_middle_of_a_recovery_is_respected()
    {
        await using var host = await SimulatedHost.ServingAsync(pace: 2, chips: 2);
        var before = await ProcessAsync(host);
        await host.SimulateAsync("fault", "engine-exit");
        await StopAsync(await StartingAsync(host, before));
        await RespectedAsync(host, starts: 2);
    }

    [Fact]
    public async Task A_stop_while_no_agent_was_there_is_respected()
    {
        await using var host = await SimulatedHost.ServingAsync(chips: 2);
        var process = (await ProcessAsync(host))!.Value;
        await host.StopAgentAsync();
        await StopAsync(process);
        await host.UntilAsync("the engine is gone", async () => !await host.EngineAnswersAsync());
        host.StartAgent();
        await RespectedAsync(host, starts: 1);
        (await host.RunAsync("engine", "start", "deepseek")).ExitCode.ShouldBe(0);
        (await host.IncidentInStateAsync("resolved"))["reason"]!.ToString().ShouldBe("mended by a person");
    }

    private static async Task<int> StartingAsync(SimulatedHost host, int? before = null)
    {
        int? process = null;
        await host.UntilAsync("the engine loads", async () =>
        {
            var engine = await EngineAsync(host);
            process = (int?)engine?["process_id"];
            return process is not null && process != before && (string?)engine!["stage"] is not ("launched" or "serving");
        });
        return process!.Value;
    }

    private static async Task StopAsync(int process)
    {
        // The simulator finds an engine only once it serves.
        using var kill = Process.Start("kill", ["-TERM", process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static async Task RespectedAsync(SimulatedHost host, int starts)
    {
        var incident = await host.IncidentInStateAsync("handed-over", "resolved");
        ((string?)incident["fault"], (string?)incident["state"]).ShouldBe(("engine-stopped-by-other", "handed-over"), incident.ToString());
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(starts);
    }

    private static async Task<int?> ProcessAsync(SimulatedHost host) => (int?)(await EngineAsync(host))?["process_id"];

    /// <summary>Null before the agent listens.</summary>
    private static async Task<JsonNode?> EngineAsync(SimulatedHost host) =>
        (await host.RunAsync("status", "--output", "json")) is { Output.Length: > 0 } answer ? JsonNode.Parse(answer.Output)!["engines"]![0] : null;
}
