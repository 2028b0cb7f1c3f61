using System.Globalization;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.ForeignText;
using Agent.Reports;
using Agent.Screens;
using Agent.Storage;
using Agent.Web;

namespace Agent.Demo;

/// <summary>Plays one scenario: the host comes up, something breaks, and the story is told as the agent lives it.</summary>
internal sealed class DemoPlay(DemoScenario scenario, string simulator, double pace, bool verbose)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(20);

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly TimeSpan _limit = scenario.Harmless ? Calm : Longest;
    private long _begun;

    public async Task<DemoOutcome> RunAsync(bool keep, CancellationToken cancellation)
    {
        var host = new DemoHost(simulator, Hear);
        var kept = false;
        try
        {
            _begun = _clock.GetTimestamp();
            Say($"a simulated host comes up in {host.Folder}, the agent starts on it");
            await host.StartAsync(pace, scenario.Probe);
            await WaitUntilServingAsync(host, cancellation);
            Say("the engine serves" + (scenario.Probe is { } probe ? $"; this story needs the probe {probe}, which is switched on for it" : ""));

            var injectedAt = _clock.GetUtcNow();
            _begun = _clock.GetTimestamp();
            Say(Terminal.Bold($"now {string.Join(" and ", scenario.Faults)} happens") + $" (expected: {scenario.Expected})");
            foreach (var fault in scenario.Faults)
                await host.SimulateAsync("fault", fault);
            var outcome = await FollowAsync(host, injectedAt, cancellation);
            Tell(outcome, host, keep);
            kept = keep;
            return outcome;
        }
        finally
        {
            if (!kept)
                await host.DisposeAsync();
        }
    }

    private async Task WaitUntilServingAsync(DemoHost host, CancellationToken cancellation)
    {
        var begun = _clock.GetTimestamp();
        var told = "";
        using var client = new ControlClient(host.Control);
        while (true)
        {
            if (!host.AgentRuns)
                throw new InvalidOperationException("the agent did not start; its own words stand above");
            try
            {
                var status = await client.GetAsync("/status", DocumentJson.Compact.StatusDocument, cancellation);
                var stage = status.Engines[0].Stage;
                if (stage != told && stage.Length > 0)
                    Say("  engine: " + (told = stage));
                // The canary has answered once, and the chips were seen. So the agent knows the host.
                if (status.Observations.Any(o => o is { Probe: "engine-canary", Verdict: "healthy" })
                    && status.Observations.Any(o => o is { Probe: "chip-health", Verdict: "healthy" }))
                    return;
            }
            catch (DaemonUnreachableException) when (_clock.GetElapsedTime(begun) < Longest)
            {
                // The agent is starting.
            }

            if (_clock.GetElapsedTime(begun) > Longest)
                throw new InvalidOperationException($"the engine did not serve within {Durations.Text(Longest)}");
            await Task.Delay(Look, _clock, cancellation);
        }
    }

    private async Task<DemoOutcome> FollowAsync(DemoHost host, DateTimeOffset injectedAt, CancellationToken cancellation)
    {
        var begun = _clock.GetTimestamp();
        var healed = false;
        IncidentHistory? history = null;
        while (_clock.GetElapsedTime(begun) < _limit)
        {
            await Task.Delay(Look, _clock, cancellation);
            using var connection = Database.OpenReadOnly(host.State);
            history = connection is null ? null : new IncidentStore(connection, TextGate.OfPatterns).List(all: false, injectedAt, 10)
                .LastOrDefault(h => scenario.IsToldBy(h.Incident)) ?? history;
            if (history is null)
                continue;
            var incident = history.Incident;
            if (incident.State is IncidentState.HandedOver or IncidentState.Resolved)
                break;
            if (incident.State == IncidentState.Confirmed && FaultCatalog.Default[incident.Fault].StartsAt == Domain.Recovery.Rung.Note && !healed)
            {
                healed = true;
                Say("the agent only notes this fault; the demo heals it now, to show the end");
                await host.SimulateAsync("heal");
                if (scenario.Faults.Contains("slow"))
                    break;
            }
        }

        return new DemoOutcome(scenario, history, injectedAt);
    }

    private void Tell(DemoOutcome outcome, DemoHost host, bool keep)
    {
        if (outcome.History is not { } history)
        {
            Say($"no incident within {Durations.Text(_limit)}" + (scenario.Harmless ? ", as it should be" : ""));
            return;
        }

        if (verbose)
        {
            Console.WriteLine();
            Screen.Here().Line(IncidentReport.Text(history, FaultCatalog.Default[history.Incident.Fault], Language.English));
        }

        foreach (var bundle in history.Incident.Bundles)
            Console.WriteLine($"bundle: {bundle} ({new FileInfo(bundle).Length / 1024} KiB{(keep ? "" : ", gone with the demo; --keep leaves it")})");
        if (!keep)
            return;
        Console.WriteLine($"""

            The host stays up. Explore it:
              export NPU_AGENT_CONFIG={host.Config} PATH={host.World}/bin:$PATH
              npu-agent status | check | incidents list | incidents show last | report --format md | bundle list
              {simulator} fault engine-hang --world {host.World}
            End it:
              npu-agent engine stop {DemoConfiguration.Engine}; pkill -f {host.Config}; {simulator} down --world {host.World}; rm -r {host.Folder}
            """);
    }

    /// <summary>The agent's log lines about incidents tell the story. Other lines are shown only when they are errors.</summary>
    private void Hear(string line)
    {
        var at = line.IndexOf(" INF Incident ", StringComparison.Ordinal);
        if (at >= 0)
            Say("  " + line[(line.IndexOf(": ", at, StringComparison.Ordinal) + 2)..]);
        else if (line.Contains(" ERR ", StringComparison.Ordinal) || line.Contains(" FTL ", StringComparison.Ordinal)
            || line.Contains("Unhandled", StringComparison.Ordinal))
            Say(Terminal.Red(line));
    }

    private void Say(string text)
    {
        if (verbose)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.GetElapsedTime(_begun).TotalSeconds,6:0.0}s  {text}"));
    }
}
