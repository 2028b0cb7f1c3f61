using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>What moving counters and a green /health do not show: garbage under load, and requests that nobody serves.</summary>
public sealed class EngineUnservedTests
{
    [Fact]
    public async Task Garbage_under_load_is_noticed_while_the_counters_move()
    {
        await using var host = await SimulatedHost.ServingAsync(
            chips: 2,
            change: yaml => yaml.Replace("max_seconds_per_token: 0.3 }", "max_seconds_per_token: 0.3, under_load: 3s }", StringComparison.Ordinal));
        await using var load = new LongRequests(host);
        await ExplainedAsync(host, e => (string?)e["state"] == "busy");
        await host.SimulateAsync("fault", "garbage");
        var incident = await host.IncidentInStateAsync("resolved", "handed-over");
        ((string?)incident["fault"]).ShouldBe("engine-output-degraded");
        ((string?)incident["state"]).ShouldBe("resolved");
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(2, "started anew once");
    }

    [Fact]
    public async Task A_dozen_unanswered_canaries_are_told_though_the_counters_move()
    {
        await using var host = await SimulatedHost.ServingAsync(
            chips: 2,
            change: yaml => yaml
                .Replace("max_tokens: 4, timeout: 4s", "max_tokens: 4, timeout: 1s", StringComparison.Ordinal)
                .Replace("max_seconds_per_token: 0.3 }", "max_seconds_per_token: 0.3, under_load: 1s }", StringComparison.Ordinal));
        await host.SimulateAsync("fault", "canaries-starve");
        var incident = await host.IncidentInStateAsync("confirmed");
        ((string?)incident["fault"]).ShouldBe("engine-canary-unanswered");
        ((string?)incident["summary"])!.ShouldContain(" canaries in a row without an answer");
        await host.SimulateAsync("heal");
        ((string?)(await host.IncidentInStateAsync("resolved"))["fault"]).ShouldBe("engine-canary-unanswered");
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1, "nothing was restarted");
    }

    [Fact]
    public async Task Requests_that_wait_for_a_dead_partner_are_told_and_the_engine_is_left_alone()
    {
        await using var host = await SimulatedHost.ServingAsync(
            chips: 2,
            // Longer than the whole grace time of a hang, so that a restart would have come first.
            change: yaml => yaml.Replace("engine-work-waits: { confirm_after: 2s }", "engine-work-waits: { confirm_after: 8s }", StringComparison.Ordinal));
        await host.SimulateAsync("fault", "kv-partner-dead");
        await ExplainedAsync(host, e => ((string?)e["reason"])!.Contains("20 waiting, none running", StringComparison.Ordinal));
        var incident = await host.IncidentInStateAsync("confirmed");
        ((string?)incident["fault"]).ShouldBe("engine-work-waits");
        ((string?)incident["summary"])!.ShouldContain("20 waiting, none running for ");
        (await host.RunAsync("engine", "explain", "deepseek")).Output.ShouldContain("work is waiting, none running");
        (await host.RunAsync("status")).Output.ShouldContain("20 waiting, none running");
        await host.SimulateAsync("heal");
        ((string?)(await host.IncidentInStateAsync("resolved"))["fault"]).ShouldBe("engine-work-waits");
        (await host.IncidentsAsync()).Count(i => i["confirmed_at"] is not null).ShouldBe(1);
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1, "nothing was restarted");
    }

    private static Task ExplainedAsync(SimulatedHost host, Func<JsonNode, bool> says) => host.UntilAsync("the verdict says so", async () =>
        (await host.RunAsync("engine", "explain", "deepseek", "--output", "json")).Output is { Length: > 0 } output && says(JsonNode.Parse(output)!));
}
