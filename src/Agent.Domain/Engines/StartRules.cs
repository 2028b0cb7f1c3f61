using Agent.Domain.Faults;

namespace Agent.Domain.Engines;

/// <summary>
/// An engine that starts, or cannot. The limit is on the progress within a stage and not on the whole; a line after which the
/// engine core cannot live ends a start at once, because nothing has proved yet that it works.
/// </summary>
internal static class StartRules
{
    /// <summary>Causes that every start meets again and that say so themselves.</summary>
    private static readonly string[] SaidByVllm = [FaultCodes.EngineConfigError, FaultCodes.EngineKvCacheTooSmall, FaultCodes.EngineMemoryTooSmall];

    /// <summary>Why an engine that does not run cannot be started, whatever ended it before.</summary>
    public static EngineVerdict? Unkillable(StartSign? start) => start is { Stuck.Count: > 0 }
        ? new EngineVerdict(EngineState.Orphaned, EngineRules.Unkillable, start.Text) { Fault = FaultCodes.EngineUnkillable }
        : null;

    /// <summary>Why it is not started, whatever ended it before.</summary>
    public static EngineVerdict? Refused(StartSign? start) => start is { RefusedFault: { } fault }
        ? new EngineVerdict(EngineState.Failed, EngineRules.StartRefused, start.Text) { Detail = "start refused", Fault = fault }
        : null;

    /// <summary>A start that ended as the one before it did.</summary>
    public static EngineVerdict? Repeated(StartSign? start, LogSign? log) =>
        start is { FailsAlike: { } alike } && log is { IsServing: false } && !SaidByVllm.Contains(log.CauseFault)
            ? new EngineVerdict(EngineState.Failed, EngineRules.FailsAlike, alike)
            {
                Detail = $"start fails at {log.Stage}",
                Fault = FaultCodes.EngineStartFails,
                Evidence = log.CauseLine is { } line ? [line] : [],
            }
            : null;

    /// <summary>A main process that lives and is not up yet.</summary>
    public static EngineVerdict? Judge(EngineView view)
    {
        if (view.Signs.Log is not { IsServing: false } log)
            return null;
        if (log.DeathLine is { } line)
        {
            return Repeated(view.Signs.Start, log)
                ?? (log.CauseFault is { } cause ? EngineJudge.Failed(log, cause) : new EngineVerdict(EngineState.Dead, EngineRules.DeadByLog,
                    $"the start failed at {log.Stage}: {line.Trim()}")
                { Fault = FaultCodes.EngineNotServing, Evidence = [line] });
        }

        var limit = view.Limits.StageTimeout;
        var warning = log.Warning is null ? "" : $"; {log.Warning}";
        return log.StillFor > limit
            ? new EngineVerdict(EngineState.Failed, EngineRules.StartStalled,
                $"start-up stands at {log.Stage} for {Durations.Text(log.StillFor)}, allowed {Durations.Text(limit)}{warning}")
            {
                Detail = $"start stands at {log.Stage}",
                Fault = FaultCodes.EngineStartStalled,
            }
            : new EngineVerdict(EngineState.Starting, EngineRules.Starting,
                $"at {log.Stage}, progress {Durations.Text(log.StillFor)} ago{warning}")
            { Detail = log.Stage };
    }
}
