using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Shouldly;

namespace Agent.EndToEndTests;

/// <summary>Engines whose chips cannot be told, and engines that somebody else started.</summary>
public sealed class ChipsAndHandsTests
{
    [Fact]
    public async Task Without_a_mapping_an_engine_is_not_started_on_a_guess_and_starts_by_itself_when_there_is_one()
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2,
            change: yaml => yaml.Replace("probes:\n", "probes:\n  chip-identity: { interval: 1s, deadline: 15s }\n", StringComparison.Ordinal));
        await host.SimulateAsync("fault", "npu-smi-no-mapping");
        host.StartAgent();
        JsonNode? told = null;
        await host.UntilAsync("it is told",
            async () => (told = (await host.IncidentsAsync())
            .FirstOrDefault(i => (string?)i["fault"] == "engine-chips-unknown" && (string?)i["state"] == "confirmed")) is not null);
        Starts(host).ShouldBe(0);
        await host.SimulateAsync("heal");
        await host.WaitUntilServingAsync();
        Starts(host).ShouldBe(1);
    }

    [Fact]
    public async Task Where_the_mapping_was_known_an_engine_is_restarted_without_it()
    {
        await using var host = await SimulatedHost.ServingAsync(chips: 2,
            change: yaml => yaml.Replace("probes:\n", "probes:\n  chip-identity: { interval: 1s, deadline: 15s }\n", StringComparison.Ordinal));
        await host.UntilAsync("the numbers are kept", () => Task.FromResult(File.Exists(Path.Combine(host.State, "chip-numbers.json"))));
        await host.SimulateAsync("fault", "npu-smi-no-mapping");
        await host.SimulateAsync("fault", "engine-exit");
        ((string?)(await host.IncidentInStateAsync("resolved"))["fault"]).ShouldBe("engine-exited");
        Starts(host).ShouldBe(2);
    }

    [Theory]
    [InlineData("exec \"$0\" \"$@\"")]
    [InlineData("\"$0\" \"$@\"; echo done")]
    public async Task An_engine_that_somebody_started_by_hand_is_offered_and_taken_over_as_it_runs(string shell)
    {
        await using var host = await SimulatedHost.UpAsync(chips: 2);
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["PATH"] = host.SearchPath;
        start.Environment["ASCEND_RT_VISIBLE_DEVICES"] = "0,1";
        foreach (var word in (string[])["-c", shell, Path.Combine(host.World, "bin", "vllm"), "serve", "/models/DeepSeek-R1", "--served-model-name",
            "deepseek-r1", "--host", "127.0.0.1", "--port", host.EnginePort.ToString(CultureInfo.InvariantCulture), "--tensor-parallel-size", "2"])
            start.ArgumentList.Add(word);
        using var byHand = Process.Start(start)!;
        byHand.OutputDataReceived += (_, _) => { };
        byHand.BeginOutputReadLine();
        try
        {
            await host.UntilAsync("it serves", host.EngineAnswersAsync);
            host.StartAgent();
            var incident = await host.IncidentInStateAsync("handed-over");
            ((string?)incident["fault"]).ShouldBe("engine-started-by-hand", incident.ToString());
            incident.ToString().ShouldContain("npu-agent engine adopt deepseek");

            var adopted = await host.RunAsync("engine", "adopt", "deepseek");
            adopted.ExitCode.ShouldBe(0, adopted.Error);
            ((int?)(await host.StatusAsync())["engines"]![0]!["process_id"]).ShouldBe(byHand.Id);
            Starts(host).ShouldBe(1);
            await host.IncidentInStateAsync("resolved");

            (await host.RunAsync("engine", "stop", "deepseek")).ExitCode.ShouldBe(0);
            await byHand.WaitForExitAsync().WaitAsync(SimulatedHost.Hung);
            (await host.RunAsync("engine", "start", "deepseek")).ExitCode.ShouldBe(0);
        }
        finally
        {
            if (!byHand.HasExited)
                byHand.Kill(entireProcessTree: true);
        }
    }

    private static int Starts(SimulatedHost host) => host.Calls().Count(c => c.StartsWith("vllm serve", StringComparison.Ordinal));
}
