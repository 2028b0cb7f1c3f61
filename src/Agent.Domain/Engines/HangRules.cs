using Agent.Domain.Faults;

namespace Agent.Domain.Engines;

/// <summary>
/// The engine lives and does nothing. A saturated engine lets canaries wait, an engine that reads a prompt of 100000 tokens in
/// one piece moves no counter for a minute and keeps its chips at full load: one sign needs the whole grace time, or a multiple
/// of what the engine itself has shown; two signs that agree need a short one.
/// Chosen against false restarts: chips that compute while the counters stand still look the same in a hang and under a long
/// prompt, and no question tells them apart (a canary waits behind both). So they get the whole grace time until the engine was
/// seen at work for long enough, and then three times its longest healthy pause, never less than a long prompt takes. An engine
/// that reads any prompt in one piece must have shown a long pause first.
/// </summary>
internal static class HangRules
{
    /// <summary>One look between two steps may see an idle chip.</summary>
    private const int IdleLooks = 2;

    /// <summary>Ranks that wait for each other are never at the same place of a step at two looks; three are sure.</summary>
    private const int UnevenLooks = 3;

    /// <summary>Looks at the CPU time of an API server, which come twice as often as questions to it.</summary>
    private const int StillLooks = 3;

    /// <summary>Nobody has seen these chips at work yet: an AI core at 0 % may be all that this host ever tells.</summary>
    private static readonly TimeSpan Unproved = TimeSpan.FromSeconds(10);

    public static EngineVerdict? Judge(EngineView view) =>
        view.Signs.Counters is { IsAsleep: true } ? null : ByCounters(view) ?? ByRank(view) ?? ByCanary(view) ?? WithoutMetrics(view) ?? BySilence(view);

    private static EngineVerdict? ByCounters(EngineView view)
    {
        if (view.Limits.StallGrace == TimeSpan.Zero || view.Counters is not { HasWork: true } counters)
            return null;
        var reason = $"no token for {Durations.Text(counters.StillFor)} with {counters.Load}";
        if (counters.StillFor >= view.Patience)
            return Hung(EngineRules.CountersFlat, view.Patience < view.Limits.StallGrace
                ? $"{reason}, allowed {Durations.Text(view.Patience)} by its own pauses" : reason);
        return counters.StillFor >= view.Limits.Agreed && SecondSign(view, counters) is { } rule ? Hung(rule, reason) : null;
    }

    private static EngineRule? SecondSign(EngineView view, CounterSign counters)
    {
        var flatSince = counters.At - counters.StillFor;
        if (view.Chips is { CanTell: not false } chips)
        {
            var patience = view.Pauses.IdlePatience(view.Limits.Agreed, view.Limits.StallGrace) + (chips.CanTell is null ? Unproved : TimeSpan.Zero);
            // The streak may be older than the last scrape that saw movement: the engine stopped between two scrapes.
            if (chips.IdleAt.Count(at => at >= flatSince) >= IdleLooks && counters.StillFor >= patience)
                return EngineRules.FlatAndIdle;
            if (chips.UnevenAt.Count(at => at >= flatSince) >= UnevenLooks)
                return EngineRules.FlatAndUneven;
            // Behind a huge prompt a canary waits as long as the counters. Only chips that do not compute tell the difference.
            if (!chips.Computes && view.Canary is { End: CanaryEnd.Unanswered } canary && canary.InARow >= view.Limits.CanaryMisses && canary.At >= flatSince)
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
        var reason = $"{Counted.Text(canary.InARow, "canary", "canaries")} in a row unanswered: {canary.Text}";
        var graceIsOver = canary.For >= view.Limits.StallGrace;
        var mayCompute = view.Chips is { Computes: true } && !graceIsOver;
        return canary.CountersFlat switch
        {
            true when !canary.WorkBefore && !mayCompute => Hung(EngineRules.Unanswered, $"{reason}; counters stand still"),
            null when view.HasNoCounters && graceIsOver && view.Chips is not { Computes: true } =>
                Hung(EngineRules.UnansweredBlind, $"{reason}, for {Durations.Text(canary.For)}"),
            _ => null,
        };
    }

    /// <summary>
    /// /health answered all the while, so the API server is not too busy to read; /metrics and canaries get no answer, and the AI cores, which
    /// were seen at work, do nothing. One canary is enough where the last scrape saw work. Where it saw none, canaries in a row are the work.
    /// </summary>
    private static EngineVerdict? WithoutMetrics(EngineView view)
    {
        if (view.Limits.StallGrace == TimeSpan.Zero
            || view.Metrics is not { End: HttpEnd.TimedOut } metrics || view.Health is not { End: HttpEnd.Answered } health || health.Since > metrics.Since
            || view.Signs.Counters is not { CanTell: true } || view.WorkedAfter(metrics.Since)
            || view.Canary is not { End: CanaryEnd.Unanswered } canary || canary.At < metrics.Since
            || (!view.Signs.SawWork && (canary.InARow < view.Limits.CanaryMisses || view.WorkedAfter(canary.Since)))
            || view.Chips is not { CanTell: true } chips)
            return null;
        var patience = view.Pauses.IdlePatience(view.Limits.Agreed, view.Limits.StallGrace);
        return metrics.For >= patience && chips.IdleFor >= patience && chips.IdleLooks > IdleLooks
            ? Hung(EngineRules.UnansweredAndIdle,
                $"{metrics.Text} for {Durations.Text(metrics.For)}; canary: {canary.Text}; AI cores idle for {Durations.Text(chips.IdleFor)}")
            : null;
    }

    /// <summary>
    /// Connections are taken and nothing is answered, /metrics neither. A burst of requests does that for minutes to a healthy
    /// engine; but then its chips work, or soon will, and its API server takes all the CPU time that it gets.
    /// </summary>
    private static EngineVerdict? BySilence(EngineView view)
    {
        if (view.Limits.StallGrace == TimeSpan.Zero
            || view.Health is not { End: HttpEnd.TimedOut } health || view.Metrics is not { End: HttpEnd.TimedOut } metrics || view.WorkedAfter(health.Since))
            return null;
        var silent = health.For < metrics.For ? health.For : metrics.For;
        var reason = $"no answer for {Durations.Text(silent)}";
        if (StandingStill(view, health.Since) is { } still)
            return Hung(EngineRules.SilentAndStill, $"{reason}; API server: {still.Text}");
        if (silent >= view.Limits.StallGrace && view.Chips is { HoldsMemory: true, CanTell: not false } chips && chips.IdleLooks >= IdleLooks
            && chips.IdleFor >= view.Limits.StallGrace / 2)
            return Hung(EngineRules.SilentAndIdle, $"{reason}, AI cores idle for {Durations.Text(chips.IdleFor)}");
        return silent >= view.Limits.StallGrace * view.Limits.SilenceFactor && view.Chips is not { Computes: true }
            ? Hung(EngineRules.Silent, reason)
            : null;
    }

    /// <summary>
    /// A blocked event loop. The chips tell nothing of it but that no work is left which could bring the server back; so one that
    /// shows 0 % whatever it does is asked as well.
    /// </summary>
    private static ServerSign? StandingStill(EngineView view, DateTimeOffset silentSince) =>
        view.Signs.SawWork
        && view.Server is { StillLooks: >= StillLooks } server && server.StillFor >= view.Limits.Agreed
        && view.Chips is { Computes: false } chips && chips.IdleAt.Count(at => at >= silentSince) >= IdleLooks
            ? server
            : null;

    private static EngineVerdict Hung(EngineRule rule, string reason) => new(EngineState.Hung, rule, reason) { Fault = FaultCodes.EngineHung };
}
