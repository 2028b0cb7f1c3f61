using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

public sealed class EngineThroughputTests
{
    [Fact]
    public async Task Fewer_tokens_with_as_many_requests_are_told_and_nothing_is_touched()
    {
        await using var host = await SimulatedHost.ServingAsync(
            change: yaml => yaml.Replace("    stall:", "    throughput: { window: 3s, for: 3s, learn: 3 }\n    stall:", StringComparison.Ordinal),
            chips: 2);
        await using var load = new LongRequests(host);
        await host.UntilAsync("the usual speed is known", async () => (await SeenAsync(host))?["measures"]?["usual_generation_tokens_per_second"] is not null);

        await host.SimulateAsync("fault", "slow");
        var incident = await host.IncidentInStateAsync("confirmed");
        ((string?)incident["fault"]).ShouldBe("engine-throughput-low");
        ((string?)incident["summary"])!.ShouldContain("with 2-4 running, usually ");
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1, "the engine was not started again");
        (await host.RunAsync("engine", "bench", "deepseek")).ExitCode.ShouldBe(6, "it serves others");
    }

    [Fact]
    public async Task The_load_probe_agrees_with_the_counters_and_its_result_is_kept()
    {
        await using var host = await SimulatedHost.ServingAsync(chips: 2);
        // A canary of the agent may run at this moment, hence --force.
        var bench = await host.RunAsync("engine", "bench", "deepseek", "--concurrency", "4", "--requests", "20", "--prompt-words", "20", "--answer-tokens",
            "16", "--force", "--output", "json");
        bench.ExitCode.ShouldBe(0, bench.Error);
        bench.Error.ShouldContain("20 of 20 requests");
        var result = JsonNode.Parse(bench.Output)!;
        ((int)result["failed"]!).ShouldBe(0);
        ((double)result["counted_share"]!).ShouldBeInRange(0.8, 1.0001);
        ((double)result["time_to_first_token"]!["p50"]!).ShouldBeGreaterThan(0);
        Directory.GetFiles(Path.Combine(host.State, "bench")).ShouldHaveSingleItem();
        (await host.RunAsync("report")).Output.ShouldContain("deepseek: bench of ");
    }

    private static async Task<JsonNode?> SeenAsync(SimulatedHost host) =>
        (await host.StatusAsync())["observations"]!.AsArray().FirstOrDefault(o => (string?)o!["probe"] == "engine-throughput");
}
