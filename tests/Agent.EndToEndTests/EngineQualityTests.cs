using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

public sealed class EngineQualityTests
{
    [Fact]
    public async Task Right_words_with_shifted_log_probabilities_are_told_and_the_engine_is_restarted()
    {
        await using var host = await SimulatedHost.ServingAsync(change: yaml =>
            yaml.Replace("engine-quality: { enabled: false,", "engine-quality: {", StringComparison.Ordinal), chips: 2);
        await SeenAsync(host, "no reference to compare with");
        (await host.RunAsync("engine", "reference", "deepseek")).ExitCode.ShouldBe(7);
        var accepted = await host.RunAsync("engine", "accept", "deepseek");
        accepted.ExitCode.ShouldBe(0, accepted.Error);
        await SeenAsync(host, "mean difference 0, likeliest token the same in 100");
        var reference = JsonNode.Parse((await host.RunAsync("engine", "reference", "deepseek", "--output", "json")).Output)!;
        reference["answers"]!.AsArray().Count.ShouldBe(8);
        ((string?)reference["fingerprint"]).ShouldStartWith("vllm-");

        // The accepted time is part of what makes a comparison due.
        await host.SimulateAsync("fault", "shifted-logprobs");
        File.SetLastWriteTimeUtc(Path.Combine(host.State, "quality", "deepseek.json"), DateTime.UnixEpoch);
        (await host.EngineAnswersAsync()).ShouldBeTrue("the words are right");
        var incident = await host.IncidentInStateAsync("resolved", "handed-over");
        ((string?)incident["fault"]).ShouldBe("engine-output-degraded");
        ((string?)incident["state"]).ShouldBe("resolved");
        ((string?)incident["summary"])!.ShouldContain("2 comparisons in a row: mean |difference| of log-probabilities 0.4");
    }

    [Fact]
    public async Task Two_engines_are_compared_token_by_token()
    {
        await using var host = await SimulatedHost.ServingAsync(chips: 4, change: WithQuantized);
        await host.UntilAsync("the quantized engine serves", async () => (await host.RunAsync("engine", "accept", "int8")).ExitCode == 0);
        var report = await host.RunAsync("engine", "compare", "deepseek", "int8", "--output", "json");
        report.ExitCode.ShouldBe(0, report.Error);
        var figures = JsonNode.Parse(report.Output)!["figures"]!;
        ((double)figures["mean_difference"]!).ShouldBeInRange(0.005, 0.04);
        ((double)figures["top_agreement"]!).ShouldBe(1);
        var byAddress = await host.RunAsync("engine", "compare", "deepseek", $"http://127.0.0.1:{host.EnginePort + 1}", "--mean-difference", "0.001");
        byAddress.ExitCode.ShouldBe(3);
        byAddress.Output.ShouldContain("beyond the limits: mean |difference| of log-probabilities");
        (await host.RunAsync("engine", "compare", "deepseek", "nobody")).ExitCode.ShouldBe(7);

        string WithQuantized(string yaml) => yaml.Replace("vendor: {", """
              - name: int8
                model: /models/DeepSeek-R1-W8A8
                port: PORT
                chips: [2/0, 3/0]
            vendor: {
            """.Replace("PORT", PortOf(yaml), StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string PortOf(string yaml) => $"{int.Parse(yaml.Split("port: ")[1].Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture) + 1}";

    private static Task SeenAsync(SimulatedHost host, string summary) => host.UntilAsync($"engine-quality: {summary}", async () =>
        (await host.StatusAsync())["observations"]!.AsArray()
            .Any(o => (string?)o!["probe"] == "engine-quality" && ((string)o["summary"]!).Contains(summary, StringComparison.Ordinal)));
}
