using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>Two engines on one host: each step stops and starts exactly those that it touches.</summary>
public sealed class SeveralEnginesTests
{
    [Fact]
    public async Task A_fault_of_one_engine_leaves_the_other_alone_and_a_reset_of_the_board_gives_back_both()
    {
        var port = SimulatedHost.FreePort().ToString(CultureInfo.InvariantCulture);
        await using var host = await SimulatedHost.ServingAsync(chips: 4, change: yaml =>
            yaml.Replace("vendor: {", Second(port) + "vendor: {", StringComparison.Ordinal));
        await BothServeAsync(host);
        var first = await ProcessAsync(host, "deepseek");

        await host.SimulateAsync("fault", "engine-exit", "--port", port);
        var one = await host.IncidentInStateAsync("resolved", "handed-over");
        ((string?)one["subject"]).ShouldBe("engine:small");
        Text(one).ShouldContain("restarts engine:small");
        (await ProcessAsync(host, "deepseek")).ShouldBe(first);

        await host.SimulateAsync("fault", "chip-alarm", "--npu", "2");
        await host.UntilAsync("the alarm is recovered", async () => (await host.IncidentsAsync())
            .Any(i => (string?)i["fault"] == "chip-alarm" && (string?)i["state"] == "resolved"));
        var wide = (await host.IncidentsAsync()).Single(i => (string?)i["fault"] == "chip-alarm");
        Text(wide).ShouldContain("restarts engine:deepseek, engine:small; resets 4 chips (0/0, 1/0, 2/0, 3/0)");
        await BothServeAsync(host);
        (await ProcessAsync(host, "deepseek")).ShouldNotBe(first);
    }

    private static string Second(string port) => $$"""
          - name: small
            model: /models/Small
            port: {{port}}
            chips: [2/0]
            start: { stage_timeout: 8s }
            stop: { drain: 1s, term_wait: 2s, kill_wait: 5s, chip_memory_wait: 5s }
            canary: { expected_text: Paris, max_tokens: 4, timeout: 4s }

        """;

    private static Task BothServeAsync(SimulatedHost host) => host.UntilAsync("both engines serve", async () =>
        (await host.StatusAsync())["engines"]!.AsArray().Select(e => (string?)e!["stage"]).SequenceEqual(["serving", "serving"]));

    private static async Task<int> ProcessAsync(SimulatedHost host, string engine) =>
        (int)(await host.StatusAsync())["engines"]!.AsArray().Single(e => (string?)e!["name"] == engine)!["process_id"]!;

    private static string Text(JsonNode incident) => string.Join('\n', incident["timeline"]!.AsArray().Select(e => (string?)e!["text"]));
}
