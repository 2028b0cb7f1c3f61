using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Engines.Chips;
using Agent.Engines.Logs;
using Agent.Engines.Stopping;

namespace Agent.Engines.Starting;

/// <summary>
/// The obstacles to an engine's next start at this moment: processes that no signal ended, the reason why the last
/// start was refused (it stands until the next start is begun), and whether the last two starts failed alike.
/// </summary>
internal sealed class StartOutlook(SupervisedEngine engine, ChipNumbering numbering, TimeProvider clock)
{
    private static readonly TimeSpan LooksForRoom = TimeSpan.FromSeconds(15);

    private readonly StartHistory _history = new(engine.Handle, clock);

    /// <returns>Null for an engine whose start shows nothing.</returns>
    public StartSign? Look(EngineLife life, EngineLogFacts? facts, DateTimeOffset now)
    {
        var handle = engine.Handle;
        if (life == EngineLife.Running && facts?.DeathLine is null)
            return null;
        var stuck = handle.Survivors.Select(p => new Survivor(p, handle.StuckIn(p.Id))).Where(s => s.IsStuck).Select(s => s.ToString()).ToList();
        var refusal = life == EngineLife.Running || IsOver(handle.Refusal) ? null : handle.Refusal;
        var alike = facts is null || life == EngineLife.Stopped ? null : FailsAlike(facts);
        return stuck.Count == 0 && refusal is null && alike is null
            ? null
            : new StartSign(now) { Stuck = stuck, RefusedFault = refusal?.Fault, RefusedBecause = refusal?.Detail, FailsAlike = alike };
    }

    /// <summary>
    /// Whether an obstacle is gone. Only unknown chips can go away before the next start sees it. A lack
    /// of room is tried by a new start, which costs little. The next start looks for all other obstacles.
    /// </summary>
    private bool IsOver(StartRefusal? refusal) => refusal is not null
        && ((refusal.Fault == FaultCodes.EngineChipsUnknown && numbering.CanTell(engine.Settings))
            || (refusal.Waits && clock.GetElapsedTime(refusal.Since) >= LooksForRoom));

    private string? FailsAlike(EngineLogFacts facts)
    {
        if (StartFingerprint.Of(facts) is not { } failed || engine.Handle.Run is not { } run || _history.Before(run) != failed)
            return null;
        var advice = StartAdvice.For(facts, engine.Settings) is { } known ? $"; advice: {known}" : "";
        return $"two starts in a row failed at {StartupStages.Text(failed.Stage)} with: {(facts.CauseLine ?? facts.FirstError)!.Trim()}{advice}";
    }
}
