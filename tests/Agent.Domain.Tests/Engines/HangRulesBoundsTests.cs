using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;
using static Agent.Domain.Tests.Engines.UnansweringEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>
/// A time that is allowed is over when it is reached, and a look counts from the very moment on that the standstill began. What is
/// missing by a tenth of a second, or by one look, is no hang.
/// </summary>
public sealed class HangRulesBoundsTests
{
    private static Dictionary<string, (EngineSigns Signs, EngineRule Rule)> Cases => new(StringComparer.Ordinal)
    {
        // Counters with a second sign: 12 s, and what the sign saw since they stood still
        ["idle chips agree at 12 s; the first idle look came as the counters stopped"] =
            (Idle.Flat(12) with { Chips = Chips(idleLooks: 2, idleFor: 10) }, EngineRules.FlatAndIdle),
        ["idle chips, and a moment less than 12 s"] = (Idle.Flat(11.9) with { Chips = Chips(idleLooks: 2, idleFor: 5) }, EngineRules.WorkMayMove),
        ["the first of two idle looks came before the counters stopped"] =
            (Idle.Flat(12) with { Chips = Chips(idleLooks: 2, idleFor: 10.1) }, EngineRules.WorkMayMove),
        ["twice the longest pause with idle chips is over"] =
            (Idle.Flat(40).Learned(1, 20, 20) with { Chips = Chips(idleLooks: 5, idleFor: 25) }, EngineRules.FlatAndIdle),
        ["twice the longest pause with idle chips is almost over"] =
            (Idle.Flat(39.9).Learned(1, 20, 20) with { Chips = Chips(idleLooks: 5, idleFor: 25) }, EngineRules.WorkMayMove),
        ["uneven chips; the first such look came as the counters stopped"] =
            (Idle.Flat(12) with { Chips = Chips(uneven: 3) }, EngineRules.FlatAndUneven),
        ["the first of three uneven looks came before the counters stopped"] =
            (Idle.Flat(12) with { Chips = Chips(uneven: 3, ago: 3.1) }, EngineRules.WorkMayMove),
        ["the newest canary ran out as the counters stopped"] = (CanaryBefore(Idle.Flat(40), 41), EngineRules.FlatAndUnanswered),
        ["the newest canary ran out before the counters stopped"] = (CanaryBefore(Idle.Flat(40), 41.1), EngineRules.WorkMayMove),
        ["the first of three lines of workers came as the counters stopped"] = (Idle.Flat(70).NoBlock(71, 40, 5), EngineRules.FlatAndNoBlock),
        ["the first of three lines of workers came before the counters stopped"] = (Idle.Flat(70).NoBlock(71.1, 40, 5), EngineRules.WorkMayMove),

        // Canaries
        ["no counters, canaries unanswered for exactly the grace time"] =
            (WithoutCounters(Idle.Unanswered(6, 120, flat: null)), EngineRules.UnansweredBlind),
        ["no counters, and a moment less"] = (WithoutCounters(Idle.Unanswered(6, 119.9, flat: null)), EngineRules.CanaryOnly),
        ["no counters, and chips that do nothing"] =
            (WithoutCounters(Idle.Unanswered(6, 130, flat: null)) with { Chips = Chips() }, EngineRules.UnansweredBlind),
        ["no counters, and chips that compute: it may work for others"] =
            (WithoutCounters(Idle.Unanswered(6, 130, flat: null)) with { Chips = Chips(computes: true) }, EngineRules.CanaryOnly),
        ["chips compute, no work is known, canaries unanswered for exactly the grace time"] =
            (Idle.Unanswered(6, 120) with { Chips = Chips(computes: true) }, EngineRules.Unanswered),
        ["chips compute, and a moment less: somebody's prompt came after the question"] =
            (Idle.Unanswered(6, 119.9) with { Chips = Chips(computes: true) }, EngineRules.NoWork),

        // /health answers, /metrics does not
        ["/metrics unanswered for 12 s, three looks at idle chips over 12 s"] = (Late(12, looks: 3, idleFor: 12), EngineRules.UnansweredAndIdle),
        ["/metrics unanswered for a moment less"] = (Late(11.9, looks: 3, idleFor: 12), EngineRules.NoAnswerInTime),
        ["/metrics unanswered, chips idle for a moment less"] = (Late(12, looks: 3, idleFor: 11.9), EngineRules.NoAnswerInTime),
        ["/metrics unanswered, two looks at idle chips"] = (Late(12, looks: 2, idleFor: 12), EngineRules.NoAnswerInTime),
        ["no work at the last scrape: one canary is not enough"] =
            (WithoutMetrics(20).With(running: 0, moved: false), EngineRules.NoAnswerInTime),
        ["no work at the last scrape: canaries in a row are the work"] =
            (WithoutMetrics(20).With(running: 0, moved: false).Unanswered(2, 20, flat: null), EngineRules.UnansweredAndIdle),
        ["no work at the last scrape, and the counters moved since the first canary of the row"] =
            (MovedBefore(WithoutMetrics(20).With(running: 0, moved: false).Unanswered(2, 40, flat: null), 30), EngineRules.NoAnswerInTime),

        // Nothing answers
        ["silent for exactly the grace time, chips idle for half of it"] =
            (Silent(120) with { Chips = Chips(idleLooks: 2, idleFor: 60) }, EngineRules.SilentAndIdle),
        ["silent for a moment less than the grace time"] = (Silent(119.9) with { Chips = Chips(idleLooks: 2, idleFor: 60) }, EngineRules.NoAnswerInTime),
        ["silent, chips idle for a moment less than half of the grace time"] =
            (Silent(120) with { Chips = Chips(idleLooks: 2, idleFor: 59.9) }, EngineRules.NoAnswerInTime),
        ["/health is silent for the grace time, /metrics answered until later"] =
            (Silent(130) with { Metrics = Http(HttpEnd.TimedOut, 119.9), Chips = Chips(idleLooks: 8, idleFor: 120) }, EngineRules.NoAnswerInTime),
        ["/metrics is silent for the grace time, /health answered until later"] =
            (Silent(130) with { Health = Http(HttpEnd.TimedOut, 119.9), Chips = Chips(idleLooks: 8, idleFor: 120) }, EngineRules.NoAnswerInTime),
        ["silent for five times the grace time over chips that do nothing and hold nothing"] =
            (Silent(600) with { Chips = Chips(idleLooks: 8, idleFor: 120) with { HoldsMemory = false } }, EngineRules.Silent),
        ["silent for a moment less than five times the grace time"] = (Silent(599.9) with { Chips = null }, EngineRules.NoAnswerInTime),
        ["silent for five times the grace time over chips that compute"] =
            (Silent(600) with { Chips = Chips(computes: true) }, EngineRules.NoAnswerInTime),
        ["the API server stands still for 12 s; the first of two idle looks came as the silence began"] =
            (Deaf(15, stillFor: 12) with { Chips = Chips(idleLooks: 2, idleFor: 13) }, EngineRules.SilentAndStill),
        ["the API server stands still for a moment less"] =
            (Deaf(15, stillFor: 11.9) with { Chips = Chips(idleLooks: 2, idleFor: 13) }, EngineRules.NoAnswerInTime),
        ["the first of two idle looks came before the silence"] =
            (Deaf(15, stillFor: 12) with { Chips = Chips(idleLooks: 2, idleFor: 13.1) }, EngineRules.NoAnswerInTime),

        // Of several signs the surest is told
        ["the whole engine and one of its ranks stand still: the engine is told"] = (StuckRank(Idle.Flat(120), 120), EngineRules.CountersFlat),
        ["a rank stands still and canaries are unanswered: the rank is told"] =
            (StuckRank(Idle.Flat(100), 120).Unanswered(2, 40), EngineRules.RankFlat),
        ["canaries over flat counters, and then /metrics too: what the counters told is told"] =
            (WithoutMetrics(20).With(running: 0, moved: false).Unanswered(2, 40), EngineRules.Unanswered),
    };

    public static TheoryData<string> Rows => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_hang_is_told_from_its_bound_on(string row)
    {
        var (signs, rule) = Cases[row];
        var verdict = EngineJudge.Judge(signs, new EngineLimits(), Now);
        verdict.Rule.ShouldBe(rule, verdict.Reason);
    }

    [Theory]
    [InlineData(51, 15, "no token for 51s with 3 running, 0 waiting, allowed 50s by its own pauses")]
    [InlineData(120, 45, "no token for 2m with 3 running, 0 waiting")]
    [InlineData(130, 5, "no token for 2m10s with 3 running, 0 waiting")]
    public void What_the_engine_itself_has_shown_is_named_where_it_shortened_the_time(double flat, double longest, string reason) =>
        EngineJudge.Judge(Idle.Flat(flat).Learned(60, longest), new EngineLimits(), Now).Reason.ShouldBe(reason);

    [Fact]
    public void A_silence_is_as_long_as_the_shorter_of_the_two() =>
        EngineJudge.Judge(Silent(700) with { Metrics = Http(HttpEnd.TimedOut, 600), Chips = null }, new EngineLimits(), Now)
            .Reason.ShouldBe("no answer for 10m");

    /// <summary>Canaries behind work on chips that do not compute; the newest ran out so long ago.</summary>
    private static EngineSigns CanaryBefore(EngineSigns signs, double secondsAgo)
    {
        var asked = signs.Unanswered(2, 60, workBefore: true);
        return asked with { Canary = asked.Canary! with { At = Ago(secondsAgo) }, Chips = Chips() };
    }

    private static EngineSigns Late(double seconds, int looks, double idleFor) =>
        WithoutMetrics(seconds) with { Chips = Chips(idleLooks: looks, idleFor: idleFor) };

    private static EngineSigns MovedBefore(EngineSigns signs, double secondsAgo) =>
        signs with { Counters = signs.Counters! with { MovedAt = Ago(secondsAgo) } };

    private static EngineSigns StuckRank(EngineSigns signs, double seconds) =>
        signs with { Counters = signs.Counters! with { StuckRank = "1", StuckFor = TimeSpan.FromSeconds(seconds) } };
}
