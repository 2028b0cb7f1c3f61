using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>The agent is never the reason that inference stops, and forgets nothing when it is killed.</summary>
public sealed class AgentRestartTests
{
    [Fact]
    public async Task A_killed_agent_leaves_the_engine_serving_and_the_next_adopts_it()
    {
        await using var host = await SimulatedHost.ServingAsync();
        var process = (int)(await host.StatusAsync())["engines"]![0]!["process_id"]!;
        await host.KillAgentAsync();
        (await host.EngineAnswersAsync()).ShouldBeTrue();

        host.StartAgent();
        await host.WaitUntilServingAsync();
        ((int)(await host.StatusAsync())["engines"]![0]!["process_id"]!).ShouldBe(process);
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task A_stopped_agent_ends_with_0_and_leaves_the_engine_serving()
    {
        await using var host = await SimulatedHost.ServingAsync();
        (await host.StopAgentAsync()).ShouldBe(0);
        (await host.EngineAnswersAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Stopped_killed_and_replaced_it_fails_no_request()
    {
        await using var host = await SimulatedHost.UpAsync();
        host.InstallAgent();
        host.StartAgent();
        await host.WaitUntilServingAsync();
        var process = await ProcessAsync(host);
        await using var clients = new SteadyClient(host);
        await host.StopAgentAsync();
        await NextAsync();
        await host.KillAgentAsync();
        await NextAsync();
        await host.StopAgentAsync();
        host.UpgradeAgent();
        await NextAsync();
        clients.Failed.ShouldBeEmpty();

        async Task NextAsync()
        {
            // Some requests are asked and answered with no agent there at all.
            var right = clients.Right;
            await host.UntilAsync("requests were answered without an agent", () => Task.FromResult(clients.Right >= right + 10));
            host.StartAgent();
            await host.WaitUntilServingAsync();
            (await ProcessAsync(host)).ShouldBe(process);
            host.AgentLog().ShouldContain($"engine deepseek: adopted process {process},");
            host.ForgetAgentLog();
        }
    }

    [Fact]
    public async Task An_engine_is_adopted_by_its_marker_when_the_record_is_lost()
    {
        await using var host = await SimulatedHost.ServingAsync();
        await host.KillAgentAsync();
        File.Delete(Path.Combine(host.State, "engines", "deepseek", "run.json"));
        host.StartAgent();
        await host.WaitUntilServingAsync();
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task An_engine_that_ended_while_no_agent_looked_is_recovered()
    {
        await using var host = await SimulatedHost.ServingAsync();
        await host.KillAgentAsync();
        await host.SimulateAsync("fault", "engine-exit");
        await host.UntilAsync("the engine is gone", async () => !await host.EngineAnswersAsync());
        host.StartAgent();
        ((string?)(await host.IncidentInStateAsync("resolved"))["fault"]).ShouldBe("engine-exited");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Killed_in_the_middle_of_a_driver_restart_it_goes_on_and_restarts_no_second_time(int budget)
    {
        await using var host = await SimulatedHost.ServingAsync(pace: 1, change: yaml =>
            yaml + $"budgets: {{ restart_driver: {{ attempts: {budget}, window: 1h }} }}\n");
        await host.SimulateAsync("fault", "chips-unavailable");
        await host.UntilAsync("the driver restart has begun", () => Task.FromResult(DriverRestarts(host) == 1));
        await host.KillAgentAsync();

        host.StartAgent();
        var incident = await host.IncidentInStateAsync("resolved", "handed-over");
        ((string?)incident["state"]).ShouldBe("resolved", string.Join('\n', incident["timeline"]!.AsArray().Select(e => (string?)e!["text"])));
        incident["timeline"]!.AsArray().Select(e => (string?)e!["kind"]).ShouldContain("interrupted");
        DriverRestarts(host).ShouldBe(1);
        (await host.EngineAnswersAsync()).ShouldBeTrue();
        (await host.IncidentsAsync()).Count(i => i["confirmed_at"] is not null).ShouldBe(1);
    }

    [Fact]
    public async Task Killed_again_and_again_it_restarts_an_engine_no_more_often_than_the_budget_says()
    {
        await using var host = await SimulatedHost.ServingAsync(change: yaml => yaml + "budgets: { start_engine: { attempts: 1, window: 1h } }\n");
        await host.SimulateAsync("fault", "engine-exit");
        await host.IncidentInStateAsync("resolved");
        await host.KillAgentAsync();
        host.StartAgent();
        await host.WaitUntilServingAsync();
        await host.SimulateAsync("heal");
        await host.SimulateAsync("fault", "engine-exit");
        await host.UntilAsync("the second exit was handled", async () => (await host.IncidentsAsync())
            .Count(i => (string?)i["state"] is "resolved" or "handed-over") == 2);

        var second = (await host.IncidentsAsync()).OrderByDescending(i => (string?)i["id"], StringComparer.Ordinal).First();
        Steps(second).ShouldContain(t => t.Contains("budget of start-engine spent: 1 of 1", StringComparison.Ordinal));
    }

    private static async Task<int> ProcessAsync(SimulatedHost host) => (int)(await host.StatusAsync())["engines"]![0]!["process_id"]!;

    private static int DriverRestarts(SimulatedHost host) =>
        host.Calls().Count(c => c.StartsWith("systemctl", StringComparison.Ordinal) && c.Contains("restart", StringComparison.Ordinal));

    private static List<string> Steps(JsonNode incident) => [.. incident["timeline"]!.AsArray().Select(e => (string)e!["text"]!)];
}
