using Agent.Domain.Engines;
using Agent.Domain.Observations;

namespace Agent.Domain.Availability;

/// <summary>What the verdict on an engine means for its service.</summary>
public static class EngineService
{
    /// <param name="engine">The engine.</param>
    /// <param name="view">What is known of it.</param>
    /// <param name="lasts">How long a verdict holds.</param>
    /// <param name="now">The present time.</param>
    /// <returns>Null: the verdict says nothing yet, and what was known stands.</returns>
    public static ServiceSight? Of(Subject engine, EngineInView view, TimeSpan lasts, DateTimeOffset now)
    {
        if (view.Newest is not { } newest || now - newest.At > lasts)
            return new ServiceSight(engine, now, ServiceState.Unknown, ServiceReason.NotLookedAt);
        if (newest.Verdict.Rule == EngineRules.NotLookedAt)
            return null;
        var (state, why) = Meaning(newest.Verdict);
        return new ServiceSight(engine, newest.At, state, why)
        {
            Begun = state == ServiceState.Down ? Begun(newest.Verdict, newest.Signs) : null,
            Run = KeyOf(view.Run),
            WorkedSince = newest.Verdict.IsUp ? newest.Began : newest.Signs.WorkedSince,
            Load = LoadOf(newest.Signs),
        };
    }

    /// <summary>A run as the ledger keeps it: unlike its number, this means the same to the next agent.</summary>
    public static string? KeyOf(RunId? run) => run is null ? null : FormattableString.Invariant($"{run.BootId}/{run.ProcessId}/{run.StartTicks}");

    /// <summary>The last counters; null where there were none.</summary>
    public static RequestLoad? LoadOf(EngineSigns signs) => signs.Counters is { CanTell: true } counters ? new(counters.Running, counters.Waiting) : null;

    private static (ServiceState State, ServiceReason Why) Meaning(EngineVerdict verdict) => verdict.State switch
    {
        EngineState.Stopped when verdict.Rule == EngineRules.OnRequest => (ServiceState.Planned, ServiceReason.StoppedByOperator),
        EngineState.Stopped when verdict.Rule == EngineRules.NotStarted => (ServiceState.Down, ServiceReason.NotRunning),
        EngineState.Stopped => (ServiceState.Down, ServiceReason.StoppedByOther),
        EngineState.Starting => (ServiceState.Down, ServiceReason.Starting),
        EngineState.Paused => (ServiceState.Down, ServiceReason.Paused),
        EngineState.Hung => (ServiceState.Down, ServiceReason.Hung),
        EngineState.Dead or EngineState.Orphaned => (ServiceState.Down, ServiceReason.Dead),
        EngineState.Failed => (ServiceState.Down, ServiceReason.Failed),
        EngineState.Degraded when verdict.Serving == false => (ServiceState.Down, ServiceReason.WrongAnswers),
        _ when verdict.Rule == EngineRules.Asleep => (ServiceState.Planned, ServiceReason.Asleep),
        _ => (ServiceState.Up, ServiceReason.Serves),
    };

    /// <summary>Since when it has not served, by the signs of the rule that decided; null: they tell no more than the look.</summary>
    private static DateTimeOffset? Begun(EngineVerdict verdict, EngineSigns signs)
    {
        if (signs.Process is { Life: EngineLife.Ended } process)
        {
            var ended = process.At - process.EndedFor;
            // The core that died before its process had answered nobody since.
            return signs.Log?.DeathAt is { } died && died < ended && !(signs.WorkedSince > died) ? died : ended;
        }

        var rule = verdict.Rule;
        if (rule == EngineRules.CoreGone)
            return signs.Core?.At - signs.Core?.MissingFor;
        if (rule == EngineRules.DeadByLog || rule == EngineRules.CauseInLog)
            return signs.Log?.DeathAt;
        if (rule == EngineRules.RankFlat)
            return signs.Counters?.At - signs.Counters?.StuckFor;
        return rule.Letter switch
        {
            "A" or "AC" or "AD" or "AE" => signs.Counters?.At - signs.Counters?.StillFor,
            "C" or "Q" => signs.Canary?.Since,
            "CE" => signs.Metrics?.Since,
            "H" or "HE" or "HPE" => signs.Health?.Since,
            _ => null,
        };
    }
}
