using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>An operator can always say no, and sees what the agent sees.</summary>
public sealed class OperatorTests
{
    [Fact]
    public async Task During_maintenance_nothing_is_touched_and_after_it_the_engine_is_recovered()
    {
        await using var host = await SimulatedHost.ServingAsync();
        (await host.RunAsync("maintenance", "on", "--for", "1h", "--reason", "test")).ExitCode.ShouldBe(0);
        ((string)JsonNode.Parse((await host.RunAsync("maintenance", "status", "--output", "json")).Output)![0]!["reason"]!).ShouldBe("test");
        await host.SimulateAsync("fault", "engine-exit");
        await host.UntilAsync("the agent sees that the engine is gone", async () =>
            (await host.StatusAsync())["observations"]!.AsArray().Any(o => (string?)o!["fault"] == "engine-exited"));
        (await host.IncidentsAsync()).ShouldBeEmpty();
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1);

        (await host.RunAsync("maintenance", "off")).ExitCode.ShouldBe(0);
        ((string?)(await host.IncidentInStateAsync("resolved"))["fault"]).ShouldBe("engine-exited");
    }

    [Fact]
    public async Task In_mode_observe_a_recovery_is_told_and_not_run()
    {
        await using var host = await SimulatedHost.ServingAsync();
        await host.StopAgentAsync();
        await File.WriteAllTextAsync(host.Config, "mode: observe\n" + await File.ReadAllTextAsync(host.Config));
        host.StartAgent();
        await host.WaitUntilServingAsync();
        await host.SimulateAsync("fault", "engine-exit");
        var incident = await host.IncidentInStateAsync("confirmed");
        await host.UntilAsync("it says what it would do", async () =>
            ((string?)(await host.IncidentsAsync())[0]["held_back"])?.Contains("mode is observe; would take rung engine", StringComparison.Ordinal) == true);
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(1);
        incident["attempts"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task An_engine_that_an_operator_stops_stays_stopped_until_started()
    {
        await using var host = await SimulatedHost.ServingAsync();
        var stopped = await host.RunAsync("engine", "stop", "deepseek");
        stopped.ExitCode.ShouldBe(0, stopped.Error);
        (await host.EngineAnswersAsync()).ShouldBeFalse();
        await host.KillAgentAsync();
        host.StartAgent();
        await host.UntilAsync("the next agent looks",
            async () => (await host.RunAsync("status")).Output.Contains("stopped on request", StringComparison.Ordinal));
        (await host.IncidentsAsync()).ShouldBeEmpty();

        var started = await host.RunAsync("engine", "start", "deepseek");
        started.ExitCode.ShouldBe(0, started.Error);
        started.Output.ShouldContain("canary answered");
        (await host.EngineAnswersAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task An_engine_restart_ends_with_a_serving_engine_and_no_incident()
    {
        await using var host = await SimulatedHost.ServingAsync();
        var result = await host.RunAsync("engine", "restart", "deepseek");
        result.ExitCode.ShouldBe(0, result.Error);
        host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal)).ShouldBe(2);
        (await host.EngineAnswersAsync()).ShouldBeTrue();
        (await host.IncidentsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_command_reads_a_host_with_a_history()
    {
        await using var host = await SimulatedHost.ServingAsync();
        await host.SimulateAsync("fault", "engine-exit");
        var id = (string)(await host.IncidentInStateAsync("resolved"))["id"]!;

        (await host.RunAsync("incidents", "show", id)).Output.ShouldContain("verified: engine:deepseek serves again");
        (await host.RunAsync("report")).Output.ShouldContain("recovered by the agent: 1");
        (await host.RunAsync("report", "--incident", "last", "--format", "markdown")).Output.ShouldContain("| time | after | event |");
        (await host.RunAsync("report", "--language", "zh")).Output.ShouldContain("由代理恢复：1");
        var report = JsonNode.Parse((await host.RunAsync("report", "--output", "json")).Output)!;
        ((int)report["recovered_by_agent"]!, (string?)report["incidents"]![0]!["mended_by"]).ShouldBe((1, "agent"));
        var file = Path.Combine(host.Folder, "report.html");
        (await host.RunAsync("report", "--since", "1h", "--format", "html", "--lang", "zh", "--file", file)).ExitCode.ShouldBe(0);
        (await File.ReadAllTextAsync(file)).ShouldContain(id);
        (await host.RunAsync("report", "--since", "tomorrow")).ExitCode.ShouldBe(1);
        (await host.RunAsync("report", "--incident", "last", "--format", "html")).ExitCode.ShouldBe(1);
        (await host.RunAsync("report", "--since", "1h", "--format", "md", "--file", "/proc/nothing")).ExitCode.ShouldBe(2);
        (await host.RunAsync("bundle", "list")).Output.ShouldContain(id);
        ((string)JsonNode.Parse((await host.RunAsync("bundle", "list", "--output", "json")).Output)![0]!["path"]!).ShouldContain(id);
        (await host.RunAsync("bundle", "create")).Output.ShouldContain("manual-full-1.tar.gz");
        (await host.RunAsync("engine", "explain", "deepseek", "--command")).Output.ShouldContain("--tensor-parallel-size 2");
        (await host.RunAsync("incidents", "show", "nothing")).ExitCode.ShouldBe(7);
        var explained = await host.RunAsync("engine", "explain", "deepseek");
        explained.ExitCode.ShouldBe(0, explained.Output + explained.Error);
        explained.Output.ShouldContain("rule: ");
        explained.Output.ShouldContain("counters");
        var verdict = JsonNode.Parse((await host.RunAsync("engine", "explain", "deepseek", "--output", "json")).Output)!;
        ((string?)verdict["state"]).ShouldBeOneOf("idle", "busy");
        verdict["signs"]!.AsArray().Select(s => (string?)s!["sign"]).ShouldContain("engine core");
        (await host.RunAsync("engine", "explain", "nobody")).ExitCode.ShouldBe(7);
        JsonNode.Parse((await host.RunAsync("config", "show")).Output)!["engines"]![0]!["stall_grace"]!.GetValue<string>().ShouldBe("4s");
        var check = await host.RunAsync("check");
        check.ExitCode.ShouldBe(0, check.Output);

        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri($"http://127.0.0.1:{host.ListenPort}/metrics"), TestContext.Current.CancellationToken);
        metrics.ShouldContain("npu_agent_incidents_total{fault=\"engine-exited\"} 1");
        metrics.ShouldContain("npu_engine_state{engine=\"deepseek\",state=\"hung\"} 0");
        metrics.ShouldContain("npu_chip_memory_used_bytes{chip=\"0/0\"}");
        (await http.GetStringAsync(new Uri($"http://127.0.0.1:{host.ListenPort}/healthz"), TestContext.Current.CancellationToken)).ShouldBe("ok\n");
        using var body = new StringContent("""{"verb":"stop","reason":"","by":""}""");
        using var refused = await http.PostAsync(new Uri($"http://127.0.0.1:{host.ListenPort}/engines/deepseek"), body, TestContext.Current.CancellationToken);
        ((int)refused.StatusCode).ShouldBe(403);
    }

    [Fact]
    public async Task Start_stop_and_what_operators_ask_are_in_the_log()
    {
        await using var host = await SimulatedHost.ServingAsync();
        (await host.RunAsync("engine", "stop", "deepseek")).ExitCode.ShouldBe(0);
        (await host.RunAsync("engine", "stop", "nobody")).ExitCode.ShouldNotBe(0);
        (await host.StopAgentAsync()).ShouldBe(0);
        var log = host.AgentLog();
        log.ShouldContain($" starts: configuration {host.Config}, profile guide (set in the configuration), mode act, ");
        log.ShouldContain($", state folder {host.State}, 1 engine (deepseek), ");
        log.ShouldContain(" INF Taken up: engine deepseek: process ");
        log.ShouldMatch(@" INF Operator \S+ \(uid \d+, gid \d+, pid \d+ '[^']+'\): stop of engine deepseek: done: engine deepseek is stopped and stays so");
        log.ShouldMatch(@" INF npu-agent stops after [0-9.a-z]+: SIGTERM came, as from a service manager or a host that goes down\. Engines go on");
    }

    [Fact]
    public async Task Without_a_daemon_status_says_so_with_its_own_exit_code()
    {
        await using var host = await SimulatedHost.UpAsync();
        var result = await host.RunAsync("status");
        result.ExitCode.ShouldBe(4);
        result.Error.ShouldContain("is npu-agent running");
        (await host.RunAsync("engine", "explain", "deepseek")).ExitCode.ShouldBe(4);
    }

    [Fact]
    public async Task Notices_wait_for_a_receiver_that_is_away_and_come_once()
    {
        await using var host = await SimulatedHost.ServingAsync();
        host.Receiver.IsAway = true;
        await host.SimulateAsync("fault", "engine-exit");
        var id = (string)(await host.IncidentInStateAsync("resolved"))["id"]!;
        await host.KillAgentAsync();
        host.Receiver.IsAway = false;
        host.StartAgent();
        await host.UntilAsync("both notices came", () => Task.FromResult(host.Receiver.Webhooks.Count >= 2));
        host.Receiver.Webhooks.Select(w => w.Id).ShouldBe([$"{id}/confirmed", $"{id}/resolved"]);
    }
}
