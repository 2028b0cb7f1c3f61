using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>An engine that works hard, or shows little of its work, is left alone.</summary>
public sealed class EngineLoadTests
{
    [Fact]
    public async Task U4_U5_Hard_but_healthy_load_restarts_nothing()
    {
        await using var host = await SimulatedHost.ServingAsync(
            chips: 2,
            change: yaml => yaml
                .Replace("stall: { grace: 4s }", "stall: { grace: 15s, agreed_grace: 4s }", StringComparison.Ordinal)
                .Replace("    chips: [0/0, 1/0]",
                    "    chips: [0/0, 1/0]\n    max_num_seqs: 16\n    max_model_len: 140000\n    max_num_batched_tokens: 140000", StringComparison.Ordinal));
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{host.EnginePort}"), Timeout = SimulatedHost.Hung };

        // Six times max-num-seqs at once, then an API server that answers nobody for longer than two deadlines of its probes.
        var burst = Enumerable.Range(0, 100).Select(i => AskAsync(http, $"question {i.ToString(CultureInfo.InvariantCulture)}", 48)).ToList();
        await StateAsync(host, "saturated", "requests wait");
        await host.SimulateAsync("fault", "api-busy");
        await StateAsync(host, "saturated", "no answer in time");
        await host.SimulateAsync("heal");
        (await Task.WhenAll(burst)).ShouldAllBe(answered => answered);

        // A prompt of 100000 tokens that is read in one piece, npu-smi and /metrics slow.
        var prefill = AskAsync(http, string.Concat(Enumerable.Repeat("word ", 100_000)), 4);
        await host.SimulateAsync("fault", "npu-smi-slow");
        (await prefill).ShouldBeTrue();
        await host.SimulateAsync("fault", "metrics-slow");
        (await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AskAsync(http, $"slow {i.ToString(CultureInfo.InvariantCulture)}", 64))))
            .ShouldAllBe(answered => answered);
        await StateAsync(host, "saturated", "no answer in time");
        await host.SimulateAsync("heal");
        await StateAsync(host, "idle", "no work");

        (await host.IncidentsAsync()).Where(i => i["confirmed_at"] is not null && ((string?)i["fault"])!.StartsWith("engine-", StringComparison.Ordinal))
            .ShouldBeEmpty();
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1, "nothing was restarted");
    }

    [Fact]
    public async Task F18_An_engine_without_counters_is_told_and_watched_by_canaries()
    {
        await using var host = await SimulatedHost.ServingAsync(
            chips: 2,
            change: yaml => yaml
                .Replace("    chips: [0/0, 1/0]", "    chips: [0/0, 1/0]\n    arguments: { disable-log-stats: \"\" }", StringComparison.Ordinal)
                .Replace("faults:\n", "faults:\n  engine-metrics-missing: { confirm_after: 2s }\n", StringComparison.Ordinal));
        ((string?)(await host.IncidentInStateAsync("confirmed"))["fault"]).ShouldBe("engine-metrics-missing");
        await StateAsync(host, "idle", "no counters");

        await host.SimulateAsync("fault", "engine-hang-idle");
        await host.UntilAsync("the hang is recovered", async () => (await host.IncidentsAsync())
            .Any(i => (string?)i["fault"] == "engine-hung" && (string?)i["state"] == "resolved"));
    }

    private static Task StateAsync(SimulatedHost host, string state, string rule) => host.UntilAsync($"the engine is {state}: {rule}", async () =>
    {
        var explained = await host.RunAsync("engine", "explain", "deepseek", "--output", "json");
        return explained.Output.Length > 0 && JsonNode.Parse(explained.Output) is { } verdict
            && (string?)verdict["state"] == state && ((string?)verdict["rule"]!["english"])!.Contains(rule, StringComparison.Ordinal);
    });

    private static async Task<bool> AskAsync(HttpClient http, string prompt, int tokens)
    {
        using var body = JsonContent.Create(new JsonObject { ["model"] = "deepseek-r1", ["prompt"] = prompt, ["max_tokens"] = tokens, ["ignore_eos"] = true });
        using var answer = await http.PostAsync(new Uri("/v1/completions", UriKind.Relative), body);
        return answer.IsSuccessStatusCode && (await answer.Content.ReadAsStringAsync()).Contains("\"finish_reason\":\"length\"", StringComparison.Ordinal);
    }
}
