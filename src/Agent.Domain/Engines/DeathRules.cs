using Agent.Domain.Faults;

namespace Agent.Domain.Engines;

/// <summary>
/// The main process lives, the engine behind it does not. vLLM leaves within seconds then, so most deaths are seen as an end;
/// these are the ones that stay. A proof of work beats all of them: an error status may be a bug of the HTTP layer, and a line
/// of the log may be what a user wrote.
/// </summary>
internal static class DeathRules
{
    public static EngineVerdict? Judge(EngineView view) => ByLog(view) ?? ByCore(view) ?? ByHealth(view);

    private static EngineVerdict? ByLog(EngineView view)
    {
        if (view.Signs.Log is not { DeathLine: { } line, DeathAt: { } at } told || view.WorkedAfter(at))
            return null;
        var log = told.AtEnd(at, view.Limits);
        var agrees = view.Health is { End: HttpEnd.Refused or HttpEnd.SaysDead } || view.Signs.Core?.MissingFor is not null;
        if (!agrees && view.Now - at < view.Limits.LeaveAfterDeath)
            return Dead(EngineRules.DeadByLog,
                $"the log says that the engine core is dead; the process has {Durations.Text(view.Limits.LeaveAfterDeath)} to leave", isOpen: true, line);
        if (log.CauseFault is { } cause)
            return EngineJudge.Failed(log, cause);
        return view.Now - at < view.Limits.LeaveAfterDeath
            ? Dead(EngineRules.DeadByLog, "the log says that the engine core is dead, the process is still there", isOpen: true, line)
            : Dead(EngineRules.DeadByLog, $"the engine core is dead for {Durations.Text(view.Now - at)} and the process does not leave", isOpen: false, line);
    }

    private static EngineVerdict? ByCore(EngineView view)
    {
        if (view.Signs.Core is not { MissingFor: { } missing } core)
            return null;
        return Dead(EngineRules.CoreGone, core.Text, missing < view.Limits.DeadAfter);
    }

    private static EngineVerdict? ByHealth(EngineView view)
    {
        if (view.Health is not { End: HttpEnd.Refused or HttpEnd.SaysDead } health || view.WorkedAfter(health.Since) || view.Signs.Log is { IsServing: false })
            return null;
        var rule = health.End == HttpEnd.Refused ? EngineRules.Refused : EngineRules.DeadByHealth;
        return Dead(rule, $"{health.Text} for {Durations.Text(health.For)}", health.For < view.Limits.DeadAfter);
    }

    private static EngineVerdict Dead(EngineRule rule, string reason, bool isOpen, params string[] evidence) =>
        new(EngineState.Dead, rule, reason) { Fault = isOpen ? null : FaultCodes.EngineNotServing, IsOpen = isOpen, Evidence = evidence };
}
