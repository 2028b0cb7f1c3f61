using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Engine;

/// <summary>
/// Reads on in the engine's log, so that what it tells is known when the engine is judged. A line alone is no fault: an engine
/// survives many errors, and a line may be what a user wrote. Only the first cause of a run counts; the rest are echoes.
/// </summary>
internal sealed class EngineLogProbe(SupervisedEngine engine, TimeProvider clock) : IProbe
{
    public string Name => "engine-log";

    public Subject Subject => engine.Settings.Subject;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Observation>>([Look()]);

    private Observation Look()
    {
        if (engine.Host.Log?.Read() is not { } facts)
            return this.CouldNotLook("not started", clock.GetUtcNow());
        var skipped = facts.SkippedBytes > 0 ? $", {facts.SkippedBytes} bytes passed over" : "";
        var cause = facts.CauseLine is { } line ? $"; first error, {facts.Cause!.Id}: {line.Trim()}" : "";
        return this.Healthy($"stage {facts.StageText}{skipped}{cause}", clock.GetUtcNow());
    }
}
