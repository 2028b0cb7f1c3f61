using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>Requests that wait while none runs: what they wait for decides whether the engine is at fault.</summary>
public sealed class QueueRulesTests
{
    private static Dictionary<string, (EngineSigns Signs, EngineState State, EngineRule Rule, string? Fault)> Cases => new()
    {
        ["20 wait for KV blocks of a partner that is gone"] = (Deferred(20, 300), EngineState.Degraded, EngineRules.WorkWaits, null),
        ["they only just came"] = (Deferred(20, 0), EngineState.Degraded, EngineRules.WorkWaits, null),
        ["a version that does not say why: canaries are answered, so it works"] =
            (Waiting(20, 300).Answered(40), EngineState.Degraded, EngineRules.WorkWaits, null),
        ["idle chips are no second sign against an engine that answers"] =
            (Waiting(20, 90).Answered(30) with { Chips = Chips(idleLooks: 6, idleFor: 90) }, EngineState.Degraded, EngineRules.WorkWaits, null),
        ["nobody was asked yet"] = (Waiting(20, 25), EngineState.Busy, EngineRules.WorkWaits, null),
        ["nobody was asked yet, and they wait for 10 s"] = (Waiting(20, 10), EngineState.Busy, EngineRules.WorkWaits, null),
        ["and for a moment less"] = (Waiting(20, 9.9), EngineState.Busy, EngineRules.WorkMayMove, null),
        ["for a moment it is busy"] = (Waiting(20, 5), EngineState.Busy, EngineRules.WorkMayMove, null),

        // The engine itself is broken
        ["U1: requests wait, and no canary was answered since"] = (Waiting(3, 130), EngineState.Hung, EngineRules.CountersFlat, FaultCodes.EngineHung),
        ["an answer from before they came proves nothing"] = (Waiting(3, 130).Answered(140), EngineState.Hung, EngineRules.CountersFlat, FaultCodes.EngineHung),
        ["an answer that came as they began to wait proves nothing"] =
            (Waiting(3, 130).Answered(131), EngineState.Hung, EngineRules.CountersFlat, FaultCodes.EngineHung),
        ["an answer that came a moment later proves that it works"] = (Waiting(3, 130).Answered(130.9), EngineState.Degraded, EngineRules.WorkWaits, null),
        ["canaries are not answered either"] = (Deferred(20, 300).Unanswered(2, 40), EngineState.Hung, EngineRules.Unanswered, FaultCodes.EngineHung),
        ["canaries are wrong"] = (Deferred(20, 300).Wrong(), EngineState.Degraded, EngineRules.WrongAnswers, FaultCodes.EngineOutputDegraded),
        ["the last look at the queue is old"] =
            (Deferred(20, 300) with { Queue = new QueueSign(Ago(60), 20, Ago(360), TimeSpan.FromSeconds(300)) }, EngineState.Idle, EngineRules.NoWork, null),
    };

    public static TheoryData<string> Rows => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Work_that_waits_is_told_apart_from_a_hang(string row)
    {
        var (signs, state, rule, fault) = Cases[row];
        var verdict = EngineJudge.Judge(signs, new EngineLimits(), Now);
        (verdict.State, verdict.Rule, verdict.Fault).ShouldBe((state, rule, fault), verdict.Reason);
    }

    [Fact]
    public void The_verdict_says_how_many_wait()
    {
        var verdict = EngineJudge.Judge(Deferred(20, 300).Answered(40), new EngineLimits(), Now);
        verdict.Reason.ShouldBe("20 waiting, none running for 5m, 20 of them for something outside the engine; a canary was answered meanwhile");
        verdict.StateText(Language.English).ShouldBe("degraded (work waits)");
        verdict.Serving.ShouldBeNull();
        verdict.Evidence.ShouldContain("queue: 20 waiting, none running for 5m, 20 of them for something outside the engine");
    }

    [Fact]
    public void Where_nobody_was_asked_the_verdict_tells_of_no_answer() =>
        EngineJudge.Judge(Waiting(20, 25), new EngineLimits(), Now).Reason.ShouldBe("20 waiting, none running for 25s");

    /// <summary>vLLM says since April 2026 that they are deferred: no work of the engine.</summary>
    private static EngineSigns Deferred(int waiting, double seconds)
    {
        var signs = Waiting(waiting, seconds);
        return signs with { Counters = signs.Counters! with { HasWork = false, StillFor = TimeSpan.Zero }, Queue = signs.Queue! with { Deferred = waiting } };
    }

    private static EngineSigns Waiting(int waiting, double seconds) => Idle.Flat(seconds, running: 0, waiting: waiting) with
    {
        Queue = new QueueSign(Ago(1), waiting, Ago(seconds + 1), TimeSpan.FromSeconds(seconds)),
    };

}
