using Shouldly;

namespace Agent.EndToEndTests;

public sealed class RaisedLogLevelTests
{
    private const string Variable = "ASCEND_GLOBAL_LOG_LEVEL=";

    [Fact]
    public async Task When_the_same_fault_comes_again_the_next_start_has_CANN_write_more_and_a_start_by_an_operator_does_not()
    {
        await using var host = await SimulatedHost.ServingAsync(chips: 2);
        (await LevelAsync(host)).ShouldBeNull();
        await RecoverAsync(host, times: 1);
        (await LevelAsync(host)).ShouldBeNull("once is no repetition");
        await host.KillAgentAsync();
        host.StartAgent();
        await host.WaitUntilServingAsync();

        await RecoverAsync(host, times: 2);
        (await LevelAsync(host)).ShouldBe("1", "counted on disk: the agent was another one the first time");
        var timelines = (await host.IncidentsAsync()).Select(i => string.Join('\n', i["timeline"]!.AsArray().Select(e => (string?)e!["text"]))).ToList();
        timelines.Count(t => t.Contains("ASCEND_GLOBAL_LOG_LEVEL raised from 3 (error) to 1 (info) for this run: engine-exited was recovered 2 times in 1h",
            StringComparison.Ordinal)).ShouldBe(1, string.Join("\n\n", timelines));

        (await host.RunAsync("engine", "restart", "deepseek")).ExitCode.ShouldBe(0);
        (await LevelAsync(host)).ShouldBeNull();
    }

    private static async Task RecoverAsync(SimulatedHost host, int times)
    {
        await host.SimulateAsync("fault", "engine-exit");
        await host.UntilAsync($"{times} incidents are resolved", async () => (await host.IncidentsAsync())
            .Count(i => (string?)i["state"] == "resolved") == times);
    }

    private static async Task<string?> LevelAsync(SimulatedHost host)
    {
        var process = (int)(await host.StatusAsync())["engines"]![0]!["process_id"]!;
        return (await File.ReadAllTextAsync($"/proc/{process}/environ")).Split('\0')
            .FirstOrDefault(v => v.StartsWith(Variable, StringComparison.Ordinal))?[Variable.Length..];
    }
}
