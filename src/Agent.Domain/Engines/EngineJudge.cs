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

        var view = new EngineView(signs.Pause is { IsPaused: false, At: var resumed } ? SignsSinceResumed.Of(signs, resumed, now) : signs, limits, now);
        var verdict = signs.Process switch
        {
            null or { Life: EngineLife.Stopped } => Hindered(view)
                ?? new EngineVerdict(EngineState.Stopped, EngineRules.NotStarted, "not started") { IsOpen = true },
            { Life: EngineLife.Ended } process => Hindered(view)
                ?? StartRules.Repeated(signs.Start, signs.Log) ?? Ended(process, signs.Log?.AtEnd(now - process.EndedFor, limits), view),
            _ when signs.Pause is { IsPaused: true } pause => new EngineVerdict(EngineState.Paused, EngineRules.PausedByOther,
                pause.Text)
            { Fault = FaultCodes.EnginePaused },
            _ => StartRules.Judge(view)
                ?? DeathRules.Judge(view)
                ?? (QueueRules.EngineAnswers(view) ? null : HangRules.Judge(view))
                ?? AnswerRules.Judge(view)
                ?? AnswerRules.Compared(view, QueueRules.Judge(view) ?? LoadRules.Judge(view)),
        };
        return verdict with { Evidence = [.. verdict.Evidence, .. signs.Lines().Select(l => $"{l.Sign}: {l.Text}")] };
    }

    /// <summary>Why an engine that does not run cannot be started, whatever ended it before.</summary>
    private static EngineVerdict? Hindered(EngineView view) =>
        StartRules.Unkillable(view.Signs.Start) ?? HeldRules.Judge(view) ?? StartRules.Refused(view.Signs.Start);

    private static EngineVerdict Ended(ProcessSign process, LogSign? log, EngineView view)
    {
        if (log is { CauseFault: { } cause })
            return Failed(log, cause);
        if (process.Leftovers.Count > 0)
        {
            var lives = process.Leftovers.Count == 1 ? "lives" : "live";
            var left = $"{process.Text}; {process.Leftovers.Count} of its processes {lives}: {string.Join(", ", process.Leftovers)}";
            return process.WasKilled || process.EndedFor > view.Limits.LeavingTime
                ? new EngineVerdict(EngineState.Orphaned, EngineRules.Leftovers, left) { Fault = FaultCodes.EngineOrphans }
                : new EngineVerdict(EngineState.Dead, EngineRules.ExitedLeaving,
                    $"{left}; they have {Durations.Text(view.Limits.LeavingTime)} to follow it")
                { IsOpen = true };
        }

        if (KilledForMemory(process, view) is { } memory)
            return new EngineVerdict(EngineState.Dead, EngineRules.KilledForMemory, $"{process.Text}; {memory.Text}")
            {
                Detail = "memory ran out",
                Fault = FaultCodes.EngineExited
            };

        if (log?.DeathLine is null && StoppedByOther(process, log) is { } stopped)
            return stopped;

        return new EngineVerdict(EngineState.Dead, EngineRules.Exited, process.Text)
        {
            Fault = FaultCodes.EngineExited,
            Evidence = log?.DeathLine is { } line ? [line] : [],
        };
    }

    /// <summary>
    /// Whoever ended what was left of it then, systemd among them, did so because of that. A kill after which it went on working
    /// hit a process that it does without.
    /// </summary>
    private static MemorySign? KilledForMemory(ProcessSign process, EngineView view) =>
        view.Signs.Memory is { } memory
            && view.Now - memory.At <= view.Limits.MemoryKillLasts + process.EndedFor
            && !view.WorkedAfter(memory.At) ? memory : null;

    private static EngineVerdict? StoppedByOther(ProcessSign process, LogSign? log)
    {
        var (rule, reason) = log is { StopRequested: true }
            ? (EngineRules.OutsideStop, "stopped by a signal that the agent did not send")
            : (EngineRules.StopTold, process.Text);
        return rule == EngineRules.OutsideStop || process.WasAsked
            ? new EngineVerdict(EngineState.Stopped, rule, reason) { Fault = FaultCodes.EngineStoppedByOther } : null;
    }

    internal static EngineVerdict Failed(LogSign log, string cause) =>
        new(EngineState.Failed, EngineRules.CauseInLog, $"{log.Cause}: {log.CauseLine!.Trim()}{(log.Advice is null ? "" : $"; advice: {log.Advice}")}")
        {
            Detail = log.Cause,
            Fault = cause,
            Evidence = log.DeathLine is { } death && death != log.CauseLine ? [log.CauseLine!, death] : [log.CauseLine!],
        };
}
