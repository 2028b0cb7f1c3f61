using Agent.Domain.Faults;

namespace Agent.Domain.Engines;

/// <summary>
/// The engine lives and does nothing. A saturated engine lets canaries wait, an engine that reads a prompt of 100000 tokens in
/// one piece moves no counter for a minute and keeps its chips at full load: one sign needs the whole grace time, two signs
/// that agree need a short one.
/// </summary>
internal static class HangRules
{
    /// <summary>One look between two steps may see an idle chip.</summary>
    private const int IdleLooks = 2;

    public static EngineVerdict? Judge(EngineView view) =>
        view.Signs.Counters is { IsAsleep: true } ? null : ByCounters(view) ?? ByRank(view) ?? ByCanary(view) ?? BySilence(view);

    private static EngineVerdict? ByCounters(EngineView view)
    {
        var grace = view.Limits.StallGrace;
        if (grace == TimeSpan.Zero || view.Counters is not { HasWork: true } counters)
            return null;
        var reason = $"no token for {Durations.Text(counters.StillFor)} with {counters.Load}";
        if (counters.StillFor >= grace)
            return Hung(EngineRules.CountersFlat, reason);
        return counters.StillFor >= view.Limits.Agreed && SecondSign(view, counters) is { } rule ? Hung(rule, reason) : null;
    }

    private static EngineRule? SecondSign(EngineView view, CounterSign counters)
    {
        var flatSince = counters.At - counters.StillFor;
        if (view.Chips is { } chips)
        {
            if (chips.IdleLooks >= IdleLooks && chips.At - chips.IdleFor >= flatSince)
                return EngineRules.FlatAndIdle;
            if (chips.Uneven && view.Limits.ChipsWorkAlike)
                return EngineRules.FlatAndUneven;
            // Behind a huge prompt a canary waits as long as the counters. Only chips that do not compute tell the difference.
            if (!chips.AllBusy && view.Canary is { End: CanaryEnd.Unanswered } canary && canary.InARow >= view.Limits.CanaryMisses && canary.At >= flatSince)
                return EngineRules.FlatAndUnanswered;
        }

        return view.Signs.Log is { } log && log.NoBlockAt.Count(at => at >= flatSince) >= view.Limits.NoBlockLines ? EngineRules.FlatAndNoBlock : null;
    }

    /// <summary>The other ranks answer canaries and move the sum. A rank without running requests may well stand still.</summary>
    private static EngineVerdict? ByRank(EngineView view) =>
        view.Limits.StallGrace > TimeSpan.Zero && view.Counters is { StuckRank: { } rank } counters && counters.StuckFor >= view.Limits.StallGrace
            ? Hung(EngineRules.RankFlat, $"rank {rank} has requests running and no token for {Durations.Text(counters.StuckFor)}")
            : null;

    /// <summary>A hang that began while the gauges stood at 0 shows no work: only a question of our own shows it.</summary>
    private static EngineVerdict? ByCanary(EngineView view)
    {
        if (view.Canary is not { End: CanaryEnd.Unanswered } canary || canary.InARow < view.Limits.CanaryMisses || view.WorkedAfter(canary.Since))
            return null;
        var reason = $"{canary.InARow} canaries in a row unanswered: {canary.Text}";
        var graceIsOver = canary.For >= view.Limits.StallGrace;
        var mayCompute = view.Chips is { AllBusy: true } && !graceIsOver;
        return canary.CountersFlat switch
        {
            true when !canary.WorkBefore && !mayCompute => Hung(EngineRules.Unanswered, $"{reason}; counters stand still"),
            null when view.HasNoCounters && graceIsOver && view.Chips is not { AllBusy: true } => Hung(EngineRules.UnansweredBlind, $"{reason}, for {Durations.Text(canary.For)}"),
            _ => null,
        };
    }

    /// <summary>
    /// Connections are taken and nothing is answered, /metrics neither. A burst of requests does that for minutes to a healthy
    /// engine; but then its chips work, or soon will.
    /// </summary>
    private static EngineVerdict? BySilence(EngineView view)
    {
        if (view.Limits.StallGrace == TimeSpan.Zero
            || view.Health is not { End: HttpEnd.TimedOut } health || view.Metrics is not { End: HttpEnd.TimedOut } metrics || view.WorkedAfter(health.Since))
            return null;
        var silent = health.For < metrics.For ? health.For : metrics.For;
        var reason = $"no answer for {Durations.Text(silent)}";
        if (silent >= view.Limits.StallGrace && view.Chips is { HoldsMemory: true } chips && chips.IdleLooks >= IdleLooks && chips.IdleFor >= view.Limits.StallGrace / 2)
            return Hung(EngineRules.SilentAndIdle, $"{reason}, AI cores idle for {Durations.Text(chips.IdleFor)}");
        return silent >= view.Limits.StallGrace * view.Limits.SilenceFactor && view.Chips is not { AllBusy: true }
            ? Hung(EngineRules.Silent, reason)
            : null;
    }

    private static EngineVerdict Hung(EngineRule rule, string reason) => new(EngineState.Hung, rule, reason) { Fault = FaultCodes.EngineHung };
}
