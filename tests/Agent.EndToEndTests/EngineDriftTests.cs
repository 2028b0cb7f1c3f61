using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

public sealed class EngineDriftTests
{
    [Fact]
    public async Task An_adopted_engine_that_was_started_with_other_options_is_told_and_not_touched()
    {
        await using var host = await SimulatedHost.ServingAsync(change: yaml =>
            yaml.Replace("    port: ", "    max_model_len: 4096\n    port: ", StringComparison.Ordinal), chips: 2);
        (await host.RunAsync("config", "validate")).Output.ShouldNotContain("note: engine");
        await host.StopAgentAsync();
        await File.WriteAllTextAsync(host.Config, (await File.ReadAllTextAsync(host.Config))
            .Replace("max_model_len: 4096", "max_seq_len: 2048\n    page_size: 1024", StringComparison.Ordinal));
        host.StartAgent();
        var incident = await host.IncidentInStateAsync("confirmed");
        ((string?)incident["fault"]).ShouldBe("engine-config-drift");
        ((string?)incident["summary"])!.ShouldContain("max_model_len: wanted 2048, found 4096");
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1);

        (await host.RunAsync("config", "validate")).Output.ShouldContain("note: engine deepseek: page_size: 1024: not applicable on Ascend");
        var explained = await host.RunAsync("engine", "explain", "deepseek", "--command", "--output", "json");
        explained.ExitCode.ShouldBe(0, explained.Error);
        var document = JsonNode.Parse(explained.Output)!;
        ((string)document["command_line"]!).ShouldContain("--max-model-len 2048");
        ((string?)document["environment"]!["ASCEND_RT_VISIBLE_DEVICES"]).ShouldBe("0,1");
        document["settings"]!.AsArray().ShouldContain(s => (string?)s!["key"] == "page_size" && (string?)s["effective"] == "128");

        (await host.RunAsync("engine", "restart", "deepseek")).ExitCode.ShouldBe(0);
        ((string?)(await host.IncidentInStateAsync("resolved"))["fault"]).ShouldBe("engine-config-drift");
    }
}
