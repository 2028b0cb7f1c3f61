using Agent.Domain.Faults;

namespace Agent.Domain.Engines;

/// <summary>
/// Fuses the signs of one engine into one verdict. No sign alone is right: /health says 200 of a hung engine, a saturated one
/// answers nobody, exit code 0 is no success. The rules are asked in order, the surest first.
/// </summary>
public static class EngineJudge
{
    public static EngineVerdict Judge(EngineSigns signs, EngineLimits limits, DateTimeOffset now)
    {
        if (!signs.Wanted)
            return new EngineVerdict(EngineState.Stopped, EngineRules.OnRequest, "stopped on request");

        var view = new EngineView(signs, limits, now);
        var verdict = signs.Process switch
        {
            null or { Life: ProcessLife.NotStarted } => new EngineVerdict(EngineState.Stopped, EngineRules.NotStarted, "not started") { IsOpen = true },
            { Life: ProcessLife.Ended } process => Ended(process, signs.Log, limits),
            _ => DeathRules.Judge(view) ?? Starting(signs.Log, limits) ?? HangRules.Judge(view) ?? AnswerRules.Judge(view) ?? LoadRules.Judge(view),
        };
        return verdict with { Evidence = [.. verdict.Evidence, .. signs.Lines().Select(l => $"{l.Sign}: {l.Text}")] };
    }

    private static EngineVerdict Ended(ProcessSign process, LogSign? log, EngineLimits limits)
    {
        if (log is { CauseFault: { } cause })
            return Failed(log, cause);
        if (process.Leftovers.Count > 0)
        {
            var left = $"{process.Text}; {process.Leftovers.Count} of its processes live: {string.Join(", ", process.Leftovers)}";
            return process.WasKilled || process.EndedFor > limits.LeavingTime
                ? new EngineVerdict(EngineState.Orphaned, EngineRules.Leftovers, left) { Fault = FaultCodes.EngineOrphans }
                : new EngineVerdict(EngineState.Dead, EngineRules.ExitedLeaving, $"{left}; they have {Durations.Text(limits.LeavingTime)} to follow it") { IsOpen = true };
        }

        if (log is { StopRequested: true, DeathLine: null })
        {
            return new EngineVerdict(EngineState.Stopped, EngineRules.OutsideStop, "stopped in good order by a signal that the agent did not send")
            {
                Fault = FaultCodes.EngineStoppedByOther,
            };
        }

        return new EngineVerdict(EngineState.Dead, EngineRules.Exited, process.Text)
        {
            Fault = FaultCodes.EngineExited,
            Evidence = log?.DeathLine is { } line ? [line] : [],
        };
    }

    internal static EngineVerdict Failed(LogSign log, string cause) => new(EngineState.Failed, EngineRules.CauseInLog, $"{log.Cause}: {log.CauseLine!.Trim()}")
    {
        Detail = log.Cause,
        Fault = cause,
        Evidence = log.DeathLine is { } death && death != log.CauseLine ? [log.CauseLine!, death] : [log.CauseLine!],
    };

    private static EngineVerdict? Starting(LogSign? log, EngineLimits limits)
    {
        if (log is null or { IsServing: true })
            return null;
        return log.StillFor > limits.StageTimeout && log.DeathLine is null
            ? new EngineVerdict(EngineState.Failed, EngineRules.StartStalled, $"start-up stands at {log.Stage} for {Durations.Text(log.StillFor)}, allowed {Durations.Text(limits.StageTimeout)}")
            {
                Detail = "start-up stands still",
                Fault = FaultCodes.EngineStartStalled,
            }
            : new EngineVerdict(EngineState.Starting, EngineRules.Starting, $"at {log.Stage}, progress {Durations.Text(log.StillFor)} ago") { Detail = log.Stage };
    }
}
