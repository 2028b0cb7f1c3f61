using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Engine;

/// <summary>
/// Reads on in the engine's log, so that what it tells is known when the engine is judged. A line alone is no fault: an engine
/// survives many errors, and a line may be what a user wrote. Of one failure the first cause counts, and none that work followed. A fault
/// is more output than can be kept for a day, and a log that cannot be kept within its bounds.
/// </summary>
internal sealed class EngineLogProbe(SupervisedEngine engine, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("engine-log", "10s", "2s", "Reads on in the engine's log, and keeps it within its bounds.");

    public string Name => Declared.Name;

    public Subject Subject => engine.Settings.Subject;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Observation>>([Look()]);

    private Observation Look()
    {
        if (engine.Handle.Log is not { } log)
            return this.CouldNotLook("not started", clock.GetUtcNow());
        var facts = log.Read();
        var state = log.Bounds();
        if (state.Overflow is { } overflow)
            return this.Faulty(FaultCodes.EngineLogUnbounded, overflow + state.Trouble, clock.GetUtcNow());
        if (state.Flood is { } flood)
            return this.Faulty(FaultCodes.EngineLogFlood, flood.Text + state.Trouble, clock.GetUtcNow());
        var skipped = facts.SkippedBytes > 0 ? $", {Counted.Text(facts.SkippedBytes, "byte")} passed over" : "";
        var cause = facts.CauseLine is { } line ? $"; cause, {facts.Cause!.Id}: {line.Trim()}" : "";
        return this.Healthy($"stage {facts.StageText}{skipped}{state.Trouble}{cause}", clock.GetUtcNow());
    }
}
