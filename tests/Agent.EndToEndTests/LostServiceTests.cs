using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>The ledger of lost service against the simulator's own record of when the API served.</summary>
public sealed class LostServiceTests
{
    /// <summary>The clock of the agent and that of the simulator are read in two programs.</summary>
    private static readonly TimeSpan Jitter = TimeSpan.FromSeconds(0.5);

    /// <summary>The looks that see the end and the begin come every half second; on a busy machine they wait.</summary>
    private static readonly TimeSpan Looks = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task What_an_exit_cost_is_told_as_the_engine_lost_it()
    {
        await using var host = await SimulatedHost.ServingAsync();
        await host.SimulateAsync("fault", "engine-exit");
        var id = (string)(await host.IncidentInStateAsync("resolved"))["id"]!;
        var incident = await ShownAsync(host, id);
        var lost = Engine(incident);
        var (ended, served) = Outage(host);

        ((string?)lost["why"]).ShouldBe("its process or engine core was gone");
        Time(lost["from"]).ShouldBeInRange(ended - Jitter, Time(incident["confirmed_at"]), "not before the engine died, not after the agent knew");
        Time(lost["to"]).ShouldBeInRange(served - Jitter, Time(incident["ended_at"]) + Jitter, "not before the engine served, not after the agent had proof");
        ((double)lost["seconds"]!).ShouldBe((served - ended).TotalSeconds, Looks.TotalSeconds);
        ((double)lost["requests_aborted"]!).ShouldBe(0, "the requests died with the engine");
        (await host.RunAsync("incidents", "show", id)).Output.ShouldContain("lost service:");
    }

    [Fact]
    public async Task An_agent_that_is_killed_in_the_outage_tells_it_as_one()
    {
        await using var host = await SimulatedHost.ServingAsync(pace: 2);
        await host.SimulateAsync("fault", "engine-exit");
        await host.UntilAsync("the engine is started anew", () =>
            Task.FromResult(host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)) == 2));
        await host.KillAgentAsync();
        host.StartAgent();
        var lost = Engine(await ShownAsync(host, (string)(await host.IncidentInStateAsync("resolved"))["id"]!));
        var (ended, served) = Outage(host);
        ((double)lost["seconds"]!).ShouldBe((served - ended).TotalSeconds, Looks.TotalSeconds);
    }

    [Fact]
    public async Task A_hang_tells_the_requests_in_it_that_the_stop_of_the_agent_ended()
    {
        await using var host = await SimulatedHost.ServingAsync();
        await using var load = new LongRequests(host);
        await host.UntilAsync("the agent saw requests running", async () =>
            (await host.StatusAsync()).ToJsonString().Contains("3 running", StringComparison.Ordinal));
        await host.SimulateAsync("fault", "engine-hang");
        var incident = await ShownAsync(host, (string)(await host.IncidentInStateAsync("resolved"))["id"]!);
        var lost = Engine(incident);
        ((string?)lost["why"]).ShouldBe("it hung");
        // Canaries of the agent are requests like any other.
        ((double)lost["requests_running"]!).ShouldBeGreaterThanOrEqualTo(3);
        ((double)lost["requests_aborted"]!).ShouldBeGreaterThanOrEqualTo(3);
        Time(lost["from"]).ShouldBeLessThanOrEqualTo(Time(incident["suspected_at"]), "the hang began before the verdict");
        Time(lost["to"]).ShouldBeInRange(Outage(host).Served - Jitter, Time(incident["ended_at"]) + Jitter);
    }

    private static async Task<JsonNode> ShownAsync(SimulatedHost host, string id) =>
        JsonNode.Parse((await host.RunAsync("incidents", "show", id, "--output", "json")).Output)!;

    private static JsonNode Engine(JsonNode incident) =>
        incident["lost_service"]!.AsArray().Where(l => (string?)l!["subject"] == "engine:deepseek").ShouldHaveSingleItem()!;

    /// <summary>The one outage that the simulator saw.</summary>
    private static (DateTimeOffset Ended, DateTimeOffset Served) Outage(SimulatedHost host)
    {
        var lines = File.ReadAllLines(Path.Combine(host.World, "service.log")).Select(l => l.Split('\t')).ToList();
        lines.Select(l => l[2]).ShouldBe(["serves", "ends", "serves"]);
        return (Time(lines[1][0]), Time(lines[2][0]));
    }

    private static DateTimeOffset Time(JsonNode? text) => Time((string)text!);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
