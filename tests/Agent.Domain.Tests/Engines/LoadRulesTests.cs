using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;
using static Agent.Domain.Tests.Engines.UnansweringEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>How much an engine has to do when nothing is wrong with it, and whether that is proof or only what is known so far.</summary>
public sealed class LoadRulesTests
{
    private static Dictionary<string, (EngineSigns Signs, EngineState State, EngineRule Rule, bool IsOpen)> Cases => new(StringComparer.Ordinal)
    {
        ["no counters: a canary that was answered is proof"] = (WithoutCounters(Idle), EngineState.Idle, EngineRules.CanaryOnly, false),
        ["no counters and no canary: /health alone leaves it open"] =
            (WithoutCounters(Idle) with { Canary = null }, EngineState.Idle, EngineRules.CanaryOnly, true),
        ["nothing was looked at since it started to serve"] =
            (Idle with { Health = null, Metrics = null, Counters = null, Canary = null, Chips = null }, EngineState.Starting, EngineRules.NotLookedAt, true),
        ["/health fails in a way that says nothing, and nothing else was seen"] =
            (Idle with { Health = Http(HttpEnd.Failed, 30), Metrics = null, Counters = null, Canary = null }, EngineState.Starting, EngineRules.NotLookedAt,
            true),
        ["/health is late, and counters moved since: it is saturated for sure"] =
            (Idle.Moving() with { Health = Http(HttpEnd.TimedOut, 60) }, EngineState.Saturated, EngineRules.NoAnswerInTime, false),
        ["/health is late, and nothing moved since: it may hang"] =
            (Silent(60) with { Chips = null }, EngineState.Saturated, EngineRules.NoAnswerInTime, true),
        ["/metrics is late, and a canary was answered since"] =
            (WithoutMetrics(60).Answered(30), EngineState.Saturated, EngineRules.NoAnswerInTime, false),
        ["/metrics is late, and a canary was answered before"] =
            (WithoutMetrics(60).Answered(70), EngineState.Saturated, EngineRules.NoAnswerInTime, true),
        ["requests wait and tokens come: the queue is proof of load"] = (Idle.Moving(256, 40), EngineState.Saturated, EngineRules.Queue, false),
    };

    public static TheoryData<string> Rows => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Load_is_known_or_open(string row)
    {
        var (signs, state, rule, isOpen) = Cases[row];
        var verdict = EngineJudge.Judge(signs, new EngineLimits(), Now);
        (verdict.State, verdict.Rule, verdict.IsOpen, verdict.Fault).ShouldBe((state, rule, isOpen, null), verdict.Reason);
    }

    [Theory]
    [InlineData(90, 120, "3 running, 0 waiting, flat for 1m30s, allowed 2m")]
    [InlineData(30, 60, "3 running, 0 waiting, flat for 30s, allowed 1m")]
    [InlineData(9000, 0, "3 running, 0 waiting, flat for 2h30m, allowed for ever")]
    public void Flat_counters_are_told_with_the_time_that_they_have(double flat, double grace, string reason) =>
        EngineJudge.Judge(Idle.Flat(flat), new EngineLimits { StallGrace = TimeSpan.FromSeconds(grace) }, Now).Reason.ShouldBe(reason);

    [Fact]
    public void A_late_answer_is_told_with_the_load_known_last_if_any()
    {
        var late = Silent(60) with { Chips = null };
        Reason(late).ShouldBe("ends TimedOut for 1m; load known last: 256 running, 0 waiting");
        Reason(late with { Counters = null }).ShouldBe("ends TimedOut for 1m");
        Reason(WithoutCounters(late)).ShouldBe("ends TimedOut for 1m");
    }

    [Fact]
    public void A_node_without_a_port_is_told_by_its_chips()
    {
        var node = Idle with { Health = null, Metrics = null, Counters = null, Canary = null };
        var limits = new EngineLimits { HasFrontEnd = false };
        EngineJudge.Judge(node, limits, Now).Reason.ShouldBe("chips");
        EngineJudge.Judge(node with { Chips = null }, limits, Now).Reason.ShouldBe("its chips were not seen");
    }

    private static string Reason(EngineSigns signs) => EngineJudge.Judge(signs, new EngineLimits(), Now).Reason;
}
