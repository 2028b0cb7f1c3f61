using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Engines.Stopping;

namespace Agent.Engines.Starting;

/// <summary>
/// What stands in the way of an engine's next start, as it is at this moment: what no signal ended, why the last start was
/// refused (that stands until the next one is begun), whether the last two failed alike.
/// </summary>
internal sealed class StartOutlook(SupervisedEngine engine, ChipNumbering numbering, TimeProvider clock)
{
    private static readonly TimeSpan LooksForRoom = TimeSpan.FromSeconds(15);

    private readonly StartHistory _history = new(engine.Host, clock);

    /// <returns>Null for an engine whose start shows nothing.</returns>
    public StartSign? Look(EngineLife life, EngineLogFacts? facts, DateTimeOffset now)
    {
        var host = engine.Host;
        if (life == EngineLife.Running && facts?.DeathLine is null)
            return null;
        var stuck = host.Survivors.Select(p => new Survivor(p, host.StuckIn(p.Id))).Where(s => s.IsStuck).Select(s => s.ToString()).ToList();
        var refusal = life == EngineLife.Running || IsOver(host.Refusal) ? null : host.Refusal;
        var alike = facts is null || life == EngineLife.Stopped ? null : FailsAlike(facts);
        return stuck.Count == 0 && refusal is null && alike is null
            ? null
            : new StartSign(now) { Stuck = stuck, RefusedFault = refusal?.Fault, RefusedBecause = refusal?.Detail, FailsAlike = alike };
    }

    /// <summary>
    /// Only unknown chips go away unseen by a start; whether there is room, a start finds out at little cost; whoever was in the way
    /// otherwise, the next start looks.
    /// </summary>
    private bool IsOver(StartRefusal? refusal) => refusal is not null
        && ((refusal.Fault == FaultCodes.EngineChipsUnknown && numbering.CanTell(engine.Settings))
            || (refusal.Waits && clock.GetElapsedTime(refusal.Since) >= LooksForRoom));

    private string? FailsAlike(EngineLogFacts facts)
    {
        if (StartFingerprint.Of(facts) is not { } failed || engine.Host.Run is not { } run || _history.Before(run) != failed)
            return null;
        var advice = StartAdvice.For(facts, engine.Settings) is { } known ? $"; advice: {known}" : "";
        return $"two starts in a row failed at {StartupStages.Text(failed.Stage)} with: {(facts.CauseLine ?? facts.FirstError)!.Trim()}{advice}";
    }
}
