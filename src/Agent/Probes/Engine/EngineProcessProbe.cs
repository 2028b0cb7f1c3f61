using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Engine;

/// <summary>
/// An engine's process goes without being asked, with exit code 0 when its core died; or its main process is killed and the
/// workers stay with the chip memory; or its start-up stands still. Seen in /proc and in the stages of the log. What it
/// cannot see: a process that lives and does nothing.
/// </summary>
internal sealed class EngineProcessProbe(SupervisedEngine engine, TimeProvider clock) : IProbe
{
    /// <summary>What the others get to follow a main process that ended in its own way.</summary>
    private static readonly TimeSpan LeavingTime = TimeSpan.FromSeconds(2);

    private long? _endedSince;

    public string Name => "engine-process";

    public Subject Subject => engine.Settings.Subject;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Observation>>([Look()]);

    private Observation Look()
    {
        var now = clock.GetUtcNow();
        var host = engine.Host;
        if (!host.Wanted)
            return this.Healthy("stopped on request", now);

        var life = host.Life();
        if (life != EngineLife.Ended)
            _endedSince = null;
        return life switch
        {
            EngineLife.Stopped => this.CouldNotLook("not started", now),
            EngineLife.Running => Running(host, now),
            // Gone is the surest way of not serving.
            _ => Ended(host, now) with { Serving = false },
        };
    }

    private Observation Running(EngineHost host, DateTimeOffset now)
    {
        var run = host.Run!;
        if (host.Log?.Read() is not { Stage: < StartupStage.Serving } facts)
            return this.Healthy($"process {run.ProcessId}, up {Durations.Text(now - run.StartedAt)}", now);

        var still = now - facts.ProgressAt;
        return still > engine.Settings.StageTimeout && facts.DeathLine is null
            ? this.Faulty(FaultCodes.EngineStartStalled, $"start-up stands at {facts.StageText} for {Durations.Text(still)}, allowed {Durations.Text(engine.Settings.StageTimeout)}", now)
            : this.Healthy($"process {run.ProcessId}, starting: {facts.StageText}", now);
    }

    private Observation Ended(EngineHost host, DateTimeOffset now)
    {
        var facts = host.Log!.Read();
        var leftovers = host.Leftovers();
        _endedSince ??= clock.GetTimestamp();
        if (leftovers.Count > 0)
        {
            var seen = $"main process {host.Run!.ProcessId} is gone, {leftovers.Count} of its processes live: {string.Join(", ", leftovers.Select(p => $"{p.Id.Pid} {p.Name}"))}";
            // One that was killed told nobody: the others stay for good.
            return host.ExitStatus < 0 || clock.GetElapsedTime(_endedSince.Value) > LeavingTime
                ? this.Faulty(FaultCodes.EngineOrphans, seen, now)
                : this.CouldNotLook($"{seen}; they have {Durations.Text(LeavingTime)} to follow it", now);
        }

        if (facts is { StopRequested: true, DeathLine: null })
            return this.Faulty(FaultCodes.EngineStoppedByOther, "stopped in good order by a signal that the agent did not send", now);
        return this.Faulty(FaultCodes.EngineExited, $"process {host.Run!.ProcessId} {EngineReadiness.Ended(engine, facts)}", now, facts.DeathLine is { } line ? [line] : []);
    }
}
