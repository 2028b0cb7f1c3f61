using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Starting;
using Agent.Engines.Stopping;

namespace Agent.Probes.Engine;

/// <summary>
/// What stands in the way of the next start of an engine that does not run: a process that no signal ends, a port or a chip in
/// other hands, or a start that fails each time in the same way. The host is looked at only after a refused start: an engine
/// that just ended may still be giving things back. Of one that starts it tells when vLLM's own limit will end it.
/// </summary>
internal sealed class EngineStartProbe(SupervisedEngine engine, StartChecks checks, TimeProvider clock) : IProbe
{
    private readonly StartHistory _history = new(engine.Host, clock);

    public string Name => "engine-start";

    public Subject Subject => engine.Settings.Subject;

    public bool AsksDriver => true;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        var host = engine.Host;
        if (!host.Wanted)
            return [this.Healthy("stopped on request", clock.GetUtcNow())];
        var stuck = host.Survivors.Select(p => new Survivor(p, host.StuckIn(p.Id))).Where(s => s.IsStuck).ToList();
        if (stuck.Count > 0)
            return [this.Faulty(FaultCodes.EngineUnkillable, $"survives SIGKILL: {string.Join(", ", stuck)}", clock.GetUtcNow(), [.. stuck.Select(s => s.ToString())]) with { Serving = false }];
        var life = host.Life();
        var facts = host.Log?.Read();
        if (host.Refusal is null && facts is not null && (life == EngineLife.Ended || facts.DeathLine is not null) && Repeated(facts) is { } repeated)
            return [this.Faulty(FaultCodes.EngineStartFails, repeated, clock.GetUtcNow(), facts.CauseLine ?? facts.FirstError!) with { Serving = false }];
        if (life == EngineLife.Running)
            return [this.Healthy(facts is null ? "runs" : ReadyLimit.Warning(facts, engine.Settings) ?? "runs", clock.GetUtcNow())];
        return [await WayAsync(host.Refusal, cancellation)];
    }

    /// <returns>How this start and the one before it failed, when they failed alike.</returns>
    private string? Repeated(EngineLogFacts facts)
    {
        if (StartFingerprint.Of(facts) is not { } failed || engine.Host.Run is not { } run || _history.Before(run) != failed)
            return null;
        var advice = StartAdvice.For(facts, engine.Settings) is { } known ? $"; advice: {known}" : "";
        return $"two starts in a row failed in stage {StartupStages.Text(failed.Stage)} with: {(facts.CauseLine ?? facts.FirstError)!.Trim()}{advice}";
    }

    private async Task<Observation> WayAsync(StartRefusal? refusal, CancellationToken cancellation)
    {
        // A program that could not be started is not looked at again: nothing of the host tells when it can be.
        if (refusal is { Fault: not FaultCodes.EngineConfigError })
            refusal = (await checks.LookAsync(engine, cancellation)).Refusal;
        var now = clock.GetUtcNow();
        return refusal is null
            ? this.Healthy("nothing stands in the way of a start", now)
            : this.Faulty(refusal.Fault, $"start refused: {refusal.Detail}", now) with { Serving = false };
    }
}
