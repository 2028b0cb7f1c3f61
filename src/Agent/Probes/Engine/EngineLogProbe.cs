using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Starting;

namespace Agent.Probes.Engine;

/// <summary>
/// The engine's log names causes that nothing else shows. A line alone is no fault (an engine survives many errors): it
/// counts once the engine core is dead or the process gone. Only the first cause of a run counts; the rest are echoes.
/// </summary>
internal sealed class EngineLogProbe(SupervisedEngine engine, TimeProvider clock) : IProbe
{
    public string Name => "engine-log";

    public Subject Subject => engine.Settings.Subject;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Observation>>([Look()]);

    private Observation Look()
    {
        var host = engine.Host;
        // Asked before the log is read: what an ending process writes last is then in it.
        var ended = host.Life() == EngineLife.Ended;
        var now = clock.GetUtcNow();
        if (!host.Wanted)
            return this.Healthy("stopped on request", now);
        if (host.Log?.Read() is not { } facts)
            return this.CouldNotLook("not started", now);
        if (facts.CauseFault is { } fault && (ended || facts.DeathLine is not null))
            return this.Faulty(fault, $"{facts.Cause!.Id}: {facts.CauseLine!.Trim()}{(StartAdvice.For(facts, engine.Settings) is { } advice ? $"; advice: {advice}" : "")}", now, facts.CauseLine!, facts.DeathLine ?? facts.CauseLine!) with { Serving = false };

        var skipped = facts.SkippedBytes > 0 ? $", {facts.SkippedBytes} bytes passed over" : "";
        return this.Healthy($"no cause of a failure in the log (stage {facts.StageText}{skipped})", now);
    }
}
