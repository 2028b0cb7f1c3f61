using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;
using static Agent.Domain.Tests.Engines.UnansweringEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>
/// One row a case; U and F are rows of the field's failures that are about judging: U what users of inference platforms
/// suffered, F what vLLM and vLLM-Ascend do.
/// </summary>
public sealed class EngineJudgeTests
{
    private static Dictionary<string, (EngineSigns Signs, EngineState State, EngineRule Rule, string? Fault)> Cases => new(StringComparer.Ordinal)
    {
        ["stopped on request, whatever else is seen"] = (Idle.Ended() with { Wanted = false }, EngineState.Stopped, EngineRules.OnRequest, null),
        ["not started yet"] = (new EngineSigns(), EngineState.Stopped, EngineRules.NotStarted, null),
        ["starts, and gets on"] = (Starting(30), EngineState.Starting, EngineRules.Starting, null),
        ["F2: lines of workers that take no message are normal while it starts"] =
            (Starting(30).NoBlock(200, 140, 80, 20), EngineState.Starting, EngineRules.Starting, null),
        ["F13: a slow start that gets on is left alone; one that stands still is not"] =
            (Starting(601), EngineState.Failed, EngineRules.StartStalled, FaultCodes.EngineStartStalled),
        ["U10: a line after which no start gets on ends it at once"] =
            (Starting(3).Died(1), EngineState.Dead, EngineRules.DeadByLog, FaultCodes.EngineNotServing),
        ["F15: its cause stands above it"] = (Starting(3).Died(1, FaultCodes.EngineDeviceError), EngineState.Failed, EngineRules.CauseInLog,
            FaultCodes.EngineDeviceError),
        ["F14: two starts in a row failed alike"] = (Starting(3).Died(1, FaultCodes.EngineDeviceError).Ended() with { Start = FailsAlike },
            EngineState.Failed, EngineRules.FailsAlike, FaultCodes.EngineStartFails),
        ["F12: what vLLM itself calls a wrong configuration keeps that name"] = (Starting(3).Died(1, FaultCodes.EngineConfigError)
            .Ended() with
        { Start = FailsAlike }, EngineState.Failed, EngineRules.CauseInLog, FaultCodes.EngineConfigError),
        ["the starts before failed alike, this engine served"] = (Idle.Ended() with { Start = FailsAlike }, EngineState.Dead, EngineRules.Exited,
            FaultCodes.EngineExited),
        ["F17: a start that was refused, whatever ended the run before"] =
            (Idle.Ended() with { Start = Refused }, EngineState.Failed, EngineRules.StartRefused, FaultCodes.EnginePortTaken),
        ["F17: refused, and never ran"] = (new EngineSigns { Start = Refused }, EngineState.Failed, EngineRules.StartRefused, FaultCodes.EnginePortTaken),
        ["U14, F23: stopped, and a worker sleeps in the driver"] =
            (new EngineSigns { Start = new StartSign(Now) { Stuck = ["4712 VLLM::Worker_TP (state D in devmm_svm_wait)"] } }, EngineState.Orphaned,
            EngineRules.Unkillable, FaultCodes.EngineUnkillable),
        ["a port that refuses while it loads is no death"] = (Starting(30) with { Health = Http(HttpEnd.Refused, 300) }, EngineState.Starting,
            EngineRules.Starting, null),
        ["idle"] = (Idle, EngineState.Idle, EngineRules.NoWork, null),
        ["busy"] = (Idle.Moving(), EngineState.Busy, EngineRules.WorkMoves, null),
        ["requests wait"] = (Idle.Moving(256, 40), EngineState.Saturated, EngineRules.Queue, null),

        // Hangs
        ["U1, F1: work and flat counters for the whole grace time"] = (Idle.Flat(120), EngineState.Hung, EngineRules.CountersFlat, FaultCodes.EngineHung),
        ["U1, F1: requests only wait"] = (Idle.Flat(120, running: 0, waiting: 3), EngineState.Hung, EngineRules.CountersFlat, FaultCodes.EngineHung),
        ["F1: for less than the grace time it is busy"] = (Idle.Flat(90), EngineState.Busy, EngineRules.WorkMayMove, null),
        ["F1: idle AI cores agree, so a short time is enough"] = (Idle.Flat(31) with { Chips = Chips(idleLooks: 2, idleFor: 15) }, EngineState.Hung,
            EngineRules.FlatAndIdle, FaultCodes.EngineHung),
        ["one look at idle AI cores is none"] = (Idle.Flat(31) with { Chips = Chips(idleLooks: 1) }, EngineState.Busy, EngineRules.WorkMayMove, null),
        ["AI cores that were idle before the standstill prove nothing of it"] =
            (Idle.Flat(31) with { Chips = Chips(idleLooks: 5, idleFor: 60, canTell: false) }, EngineState.Busy, EngineRules.WorkMayMove, null),
        ["chips that were seen at work and are idle since before the last movement was scraped"] =
            (Idle.Flat(15) with { Chips = Chips(idleLooks: 4, idleFor: 18, ago: 1) }, EngineState.Hung, EngineRules.FlatAndIdle, FaultCodes.EngineHung),
        ["chips that nobody saw at work need some seconds more"] = (Idle.Flat(20) with { Chips = Chips(idleLooks: 4, idleFor: 15, canTell: null) },
            EngineState.Busy, EngineRules.WorkMayMove, null),
        ["and then count"] = (Idle.Flat(25) with { Chips = Chips(idleLooks: 4, idleFor: 15, canTell: null) }, EngineState.Hung, EngineRules.FlatAndIdle,
            FaultCodes.EngineHung),
        ["its own longest pause in an hour of work was 15 s: chips at full load get 50 s"] =
            (Idle.Flat(51).Learned(60, 15) with { Chips = Chips(computes: true) }, EngineState.Hung, EngineRules.CountersFlat, FaultCodes.EngineHung),
        ["three times its longest pause"] = (Idle.Flat(91).Learned(60, 30) with { Chips = Chips(computes: true) }, EngineState.Hung,
            EngineRules.CountersFlat, FaultCodes.EngineHung),
        ["/metrics and a canary unanswered over idle chips, /health 200"] =
            (WithoutMetrics(20), EngineState.Hung, EngineRules.UnansweredAndIdle, FaultCodes.EngineHung),
        ["old news of idle AI cores is no sign"] = (Idle.Flat(90) with { Chips = Chips(idleLooks: 2, idleFor: 15, ago: 70) }, EngineState.Busy,
            EngineRules.WorkMayMove, null),
        ["F6: a collective hangs: some chips spin, others do nothing"] =
            (Idle.Flat(31) with { Chips = Chips(uneven: 3) }, EngineState.Hung, EngineRules.FlatAndUneven, FaultCodes.EngineHung),
        ["U4: two canaries unanswered agree when the chips do not compute"] = (Idle.Flat(40).Unanswered(2, 40, workBefore: true) with { Chips = Chips() },
            EngineState.Hung, EngineRules.FlatAndUnanswered, FaultCodes.EngineHung),
        ["U16, F2: three lines of workers that take no message agree"] = (Idle.Flat(100).NoBlock(95, 60, 5), EngineState.Hung, EngineRules.FlatAndNoBlock,
            FaultCodes.EngineHung),
        ["F2: lines from before the standstill do not count"] = (Idle.Flat(70).NoBlock(190, 130, 65, 5), EngineState.Busy, EngineRules.WorkMayMove, null),
        ["U2: running reads 0, and canaries are not answered"] = (Idle.Unanswered(2, 40), EngineState.Hung, EngineRules.Unanswered, FaultCodes.EngineHung),
        ["U2: one unanswered canary is none"] = (Idle.Unanswered(1, 20), EngineState.Idle, EngineRules.NoWork, null),
        ["U13: port open, nothing answers, AI cores idle, memory held"] = (Silent(130) with { Chips = Chips(idleLooks: 8, idleFor: 120) }, EngineState.Hung,
            EngineRules.SilentAndIdle, FaultCodes.EngineHung),
        ["U13: silent for ten minutes, and the chips cannot be seen"] = (Silent(600) with { Chips = null }, EngineState.Hung, EngineRules.Silent,
            FaultCodes.EngineHung),
        ["U13: nothing answers, the API server takes no CPU time, chips idle"] =
            (Deaf(15), EngineState.Hung, EngineRules.SilentAndStill, FaultCodes.EngineHung),
        ["the same where tokens of short requests came right before"] =
            (Deaf(15).With(running: 0, moved: true), EngineState.Hung, EngineRules.SilentAndStill, FaultCodes.EngineHung),
        ["the same on chips that show 0 % always"] = (Deaf(15) with { Chips = Chips(idleLooks: 4, idleFor: 15, canTell: false) }, EngineState.Hung,
            EngineRules.SilentAndStill, FaultCodes.EngineHung),
        ["one rank of two stands still with its requests"] = (WithStuckRank(120), EngineState.Hung, EngineRules.RankFlat, FaultCodes.EngineHung),

        // Healthy, however it looks
        ["a prompt of 100000 tokens in one piece: chips at full load, counters flat, canaries wait behind it"] =
            (Idle.Flat(100).Unanswered(4, 80, workBefore: true) with { Chips = Chips(computes: true) }, EngineState.Busy, EngineRules.WorkMayMove, null),
        ["the same while npu-smi gives no answer"] = (Idle.Flat(100).Unanswered(4, 80, workBefore: true) with { Chips = null }, EngineState.Busy,
            EngineRules.WorkMayMove, null),
        ["the same begun a moment after the canary"] = (Idle.Unanswered(2, 40) with { Chips = Chips(computes: true) }, EngineState.Idle, EngineRules.NoWork,
            null),
        ["U5: a burst of 1280 requests: no answer for two minutes, chips work"] =
            (Silent(119) with { Chips = Chips(computes: true) }, EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["U5: the burst is still being read, chips idle"] = (Silent(60) with { Chips = Chips(idleLooks: 4, idleFor: 45) }, EngineState.Saturated,
            EngineRules.NoAnswerInTime, null),
        ["U5: the same, and its API server stood still for a moment"] = (Deaf(60, stillFor: 10), EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["two looks at an API server that stands still are none"] = (Deaf(60, stillFor: 15, looks: 2), EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["silent and still over chips that work"] = (Deaf(60) with { Chips = Chips(computes: true) }, EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["silent and still, and one idle look"] = (Deaf(60) with { Chips = Chips(idleLooks: 1) }, EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["silent and still, and nobody sees the chips"] = (Deaf(60) with { Chips = null }, EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["silent and still without work"] = (Deaf(60).With(running: 0, moved: false), EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["silent, and what its API server did is old news"] = (Deaf(60) with { Server = Deaf(60).Server! with { At = Ago(30) } }, EngineState.Saturated,
            EngineRules.NoAnswerInTime, null),
        ["still, and /metrics is answered"] = (Deaf(60) with { Metrics = Http(HttpEnd.Answered, 60) }, EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["U5: /health is late, counters move"] = (Idle.Moving() with { Health = Http(HttpEnd.TimedOut, 100) }, EngineState.Saturated,
            EngineRules.NoAnswerInTime, null),
        ["canaries wait behind a full queue, counters move"] = (Idle.Moving(256, 700).Unanswered(6, 200, flat: false, workBefore: true),
            EngineState.Saturated, EngineRules.Queue, null),
        ["scrapes fail: what was flat then is not said to be flat now"] =
            (Idle.Flat(110) with { Metrics = Http(HttpEnd.Failed, 300), Counters = Idle.Flat(110).Counters! with { At = Ago(300) } }, EngineState.Idle,
            EngineRules.CanaryOnly, null),
        ["put to sleep through its HTTP"] =
            (Idle.Flat(900) with { Counters = new CounterSign(Ago(1), 1, 0, TimeSpan.FromSeconds(900)) { HasWork = true, IsAsleep = true } },
            EngineState.Idle, EngineRules.Asleep, null),
        ["two looks at uneven chips are none"] = (Idle.Flat(31) with { Chips = Chips(uneven: 2) }, EngineState.Busy, EngineRules.WorkMayMove, null),
        ["a prompt on one of two chips, a canary behind it"] = (Idle.Flat(100).Unanswered(4, 80, workBefore: true) with { Chips = Chips(computes: true) },
            EngineState.Busy, EngineRules.WorkMayMove, null),
        ["chips that show 0 % always, a long prompt and a canary behind it"] =
            (Idle.Flat(100).Unanswered(4, 80, workBefore: true) with { Chips = Chips(idleLooks: 20, idleFor: 300, canTell: false) }, EngineState.Busy,
            EngineRules.WorkMayMove, null),
        ["it got over 20 s with idle chips before"] = (Idle.Flat(31).Learned(1, 20, 20) with { Chips = Chips(idleLooks: 5, idleFor: 25) }, EngineState.Busy,
            EngineRules.WorkMayMove, null),
        ["it got over 30 s at full load before"] = (Idle.Flat(80).Learned(60, 30) with { Chips = Chips(computes: true) }, EngineState.Busy,
            EngineRules.WorkMayMove, null),
        ["five minutes of work have not shown all of its long prompts"] =
            (Idle.Flat(110).Learned(5, 20) with { Chips = Chips(computes: true) }, EngineState.Busy, EngineRules.WorkMayMove, null),
        ["the longest prompt of an hour took no time, this one is read in one piece"] =
            (Idle.Flat(110).Learned(60, 2) with { Chips = Chips(computes: true) }, EngineState.Busy, EngineRules.WorkMayMove, null),
        ["/metrics is slow and a canary waits, the chips work"] = (WithoutMetrics(40) with { Chips = Chips(computes: true) }, EngineState.Saturated,
            EngineRules.NoAnswerInTime, null),
        ["/metrics is slow at night, canaries are answered"] = (WithoutMetrics(40) with { Canary = Idle.Canary! with { At = Ago(3) } },
            EngineState.Saturated, EngineRules.NoAnswerInTime, null),

        // Deaths
        ["U6, F4: exit code 0 is a failure"] = (Idle.Ended(), EngineState.Dead, EngineRules.Exited, FaultCodes.EngineExited),
        ["F5: the log names the cause of an end"] = (Idle.Died(5, FaultCodes.EngineWorkerDied).Ended(), EngineState.Failed, EngineRules.CauseInLog,
            FaultCodes.EngineWorkerDied),
        ["a cause of an hour ago, and nothing proves what the engine did since: it explains no end"] =
            (Idle.Died(5, FaultCodes.EngineConfigError).Told(3600).Ended(), EngineState.Dead, EngineRules.Exited, FaultCodes.EngineExited),
        ["a cause of half an hour ago: a collective waited for so long"] =
            (Idle.Died(5, FaultCodes.EngineDeviceError).Told(1900).Ended(), EngineState.Failed, EngineRules.CauseInLog, FaultCodes.EngineDeviceError),
        ["a cause is not forgotten while a dead engine waits for a person"] = (Idle.Died(7200, FaultCodes.EngineDeviceError).Told(7201)
            .Ended(killed: false, forSeconds: 7199), EngineState.Failed, EngineRules.CauseInLog, FaultCodes.EngineDeviceError),
        ["F22: somebody else stopped it"] = (Idle.Ended() with { Log = Idle.Log! with { StopRequested = true } }, EngineState.Stopped,
            EngineRules.OutsideStop, FaultCodes.EngineStoppedByOther),
        ["F22: the way it ended tells of somebody, its log does not"] =
            (Idle.Ended().Asked(), EngineState.Stopped, EngineRules.StopTold, FaultCodes.EngineStoppedByOther),
        ["F22: stopped by somebody, its workers have a moment to follow"] = (Idle.Ended(killed: false, forSeconds: 1, "4712 VLLM::EngineCor").Asked(),
            EngineState.Dead, EngineRules.ExitedLeaving, null),
        ["a stop after the engine core's death is no stop"] = (Idle.Died(5).Ended().Asked(), EngineState.Dead, EngineRules.Exited, FaultCodes.EngineExited),
        ["U7, F16: killed, its workers stay"] = (Idle.Ended(killed: true, forSeconds: 0, "4712 VLLM::EngineCor"), EngineState.Orphaned,
            EngineRules.Leftovers, FaultCodes.EngineOrphans),
        ["workers get a moment to follow"] = (Idle.Ended(killed: false, forSeconds: 1, "4712 VLLM::EngineCor"), EngineState.Dead, EngineRules.ExitedLeaving,
            null),
        ["U9: EngineDeadError in the log, the process never leaves"] = (Idle.Died(11) with { Counters = null, Canary = null }, EngineState.Dead,
            EngineRules.DeadByLog, FaultCodes.EngineNotServing),
        ["it has seconds to leave by itself"] = (Idle.Died(3), EngineState.Dead, EngineRules.DeadByLog, null),
        ["F3: /health agrees with the log, which names the cause"] =
            (Idle.Died(3, FaultCodes.EngineDeviceError) with { Health = Http(HttpEnd.SaysDead, 2) }, EngineState.Failed, EngineRules.CauseInLog,
            FaultCodes.EngineDeviceError),
        ["a death that a user wrote into a prompt: the engine goes on working"] = (Idle.Died(30).Moving(), EngineState.Busy, EngineRules.WorkMoves, null),
        ["U12: the engine core is gone, the main process lives"] =
            (Idle with { Core = new CoreSign(Now, TimeSpan.FromSeconds(6), "engine core 4712 is gone") }, EngineState.Dead, EngineRules.CoreGone,
            FaultCodes.EngineNotServing),
        ["F4: /health says dead for a while"] = (Idle with { Health = Http(HttpEnd.SaysDead, 6), Canary = null }, EngineState.Dead,
            EngineRules.DeadByHealth, FaultCodes.EngineNotServing),
        ["F4: for a moment it may be leaving"] = (Idle with { Health = Http(HttpEnd.SaysDead, 1), Canary = null }, EngineState.Dead,
            EngineRules.DeadByHealth, null),
        ["F18: every request is answered 500 by a bug, counters move"] = (Idle.Moving() with { Health = Http(HttpEnd.SaysDead, 600) }, EngineState.Busy,
            EngineRules.WorkMoves, null),
        ["refused while the process lives and it served before"] = (Idle with { Health = Http(HttpEnd.Refused, 6), Canary = null }, EngineState.Dead,
            EngineRules.Refused, FaultCodes.EngineNotServing),

        // Answers
        ["F21: wrong answers, look after look"] = (WithCanary(CanaryEnd.Wrong, 2), EngineState.Degraded, EngineRules.WrongAnswers,
            FaultCodes.EngineOutputDegraded),
        ["F21: one look with wrong answers is none"] = (WithCanary(CanaryEnd.Wrong, 1), EngineState.Degraded, EngineRules.WrongAnswers, null),
        ["F24: slow is not dead"] = (WithCanary(CanaryEnd.Right, 5, 1.5), EngineState.Degraded, EngineRules.SlowAnswers, null),
        ["F24: a canary among other requests may be slow"] = (Idle with { Canary = Idle.Canary! with { SecondsPerToken = 1.5, HadEngineAlone = false } },
            EngineState.Idle, EngineRules.NoWork, null),
        ["F18: no counters, canaries answered"] = (WithoutCounters(Idle), EngineState.Idle, EngineRules.CanaryOnly, null),
        ["F18: no counters, canaries unanswered behind a queue for less than the grace time"] =
            (WithoutCounters(Idle.Unanswered(4, 100, flat: null)), EngineState.Idle, EngineRules.CanaryOnly, null),
        ["F18: no counters, canaries unanswered for the whole grace time"] = (WithoutCounters(Idle.Unanswered(6, 130, flat: null)), EngineState.Hung,
            EngineRules.UnansweredBlind, FaultCodes.EngineHung),
    };

    public static TheoryData<string> Rows => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Signs_amount_to_one_verdict(string row)
    {
        var (signs, state, rule, fault) = Cases[row];
        var verdict = EngineJudge.Judge(signs, new EngineLimits(), Now);
        (verdict.State, verdict.Rule, verdict.Fault).ShouldBe((state, rule, fault), verdict.Reason);
    }

    [Fact]
    public void A_grace_of_zero_switches_the_counters_off()
    {
        var limits = new EngineLimits { StallGrace = TimeSpan.Zero };
        EngineJudge.Judge(Idle.Flat(9000) with { Chips = Chips(idleLooks: 99, idleFor: 900) }, limits, Now).State.ShouldBe(EngineState.Busy);
        EngineJudge.Judge(WithStuckRank(9000), limits, Now).Fault.ShouldBeNull();
        EngineJudge.Judge(Silent(9000), limits, Now).Fault.ShouldBeNull();
    }

    [Fact]
    public void A_node_without_a_port_is_judged_by_its_processes_its_log_and_its_chips()
    {
        var limits = new EngineLimits { HasFrontEnd = false };
        var node = Idle with { Health = null, Metrics = null, Counters = null, Canary = null };
        var well = EngineJudge.Judge(node, limits, Now);
        (well.State, well.Fault, well.IsOpen, well.Serving).ShouldBe((EngineState.Idle, null, false, true), "it was up for hours and nobody could ask it");
        EngineJudge.Judge(node with { Chips = Chips(computes: true) }, limits, Now).State.ShouldBe(EngineState.Busy);
        EngineJudge.Judge(node with { Chips = null }, limits, Now).Fault.ShouldBeNull();
        EngineJudge.Judge(node.Died(30, FaultCodes.EngineWorkerDied), limits, Now).Fault.ShouldNotBeNull();
        EngineJudge.Judge(node.Ended(), limits, Now).Fault.ShouldBe(FaultCodes.EngineExited);
        EngineJudge.Judge(node with { Core = new CoreSign(Now, TimeSpan.FromSeconds(30), "engine core 7 is gone") }, limits, Now).Fault.ShouldNotBeNull();
        EngineJudge.Judge(node with { Log = new LogSign(Now, "loading weights", false, TimeSpan.FromHours(1)) }, limits,
            Now).Fault.ShouldBe(FaultCodes.EngineStartStalled);
    }

    [Fact]
    public void Work_is_proven_from_the_question_or_the_scrape_before_the_one_that_moved()
    {
        EngineSigns Signs(double? movedFrom, double? askedAt, CanaryEnd end = CanaryEnd.Right) => Idle with
        {
            Counters = Idle.Counters! with { MovedFrom = movedFrom is { } moved ? Ago(moved) : null },
            Canary = Idle.Canary! with { AskedAt = askedAt is { } asked ? Ago(asked) : null, End = end },
        };

        Signs(null, null).WorkedSince.ShouldBeNull();
        Signs(60, null).WorkedSince.ShouldBe(Ago(60));
        Signs(60, 20).WorkedSince.ShouldBe(Ago(20));
        Signs(10, 20).WorkedSince.ShouldBe(Ago(10));
        Signs(60, 20, CanaryEnd.Unanswered).WorkedSince.ShouldBe(Ago(60));
    }

    [Fact]
    public void A_verdict_shows_every_sign_and_the_lines_of_the_log()
    {
        var verdict = EngineJudge.Judge(Idle.Died(5, FaultCodes.EngineWorkerDied).Ended(), new EngineLimits(), Now);
        verdict.Evidence.Take(2).ShouldBe(["the first error", "EngineCore encountered an issue."]);
        verdict.Evidence.Count.ShouldBe(2 + 8);
        verdict.Serving.ShouldBe(false);
    }

    [Fact]
    public void Every_rule_and_state_is_told_in_both_languages()
    {
        foreach (var state in Enum.GetValues<EngineState>())
            EngineStates.Text(state).Chinese.ShouldNotBe(EngineStates.Text(state).English);
        EngineRules.FlatAndIdle.In(Language.Chinese).ShouldStartWith("AE: 有请求");
        Cases.Values.ShouldAllBe(c => c.Rule.Text.Chinese.Length > 0);
    }

    private static StartSign FailsAlike => new(Now) { FailsAlike = "two starts in a row failed" };

    private static StartSign Refused => new(Now) { RefusedFault = FaultCodes.EnginePortTaken, RefusedBecause = "port 8000 is listened on by process 7 nginx" };

    private static EngineSigns Starting(double stillFor) => Idle with
    {
        Log = new LogSign(Now, "loading weights 53 %", false, TimeSpan.FromSeconds(stillFor)),
        Core = null,
        Health = null,
        Metrics = null,
        Counters = null,
        Canary = null,
    };

    private static EngineSigns WithCanary(CanaryEnd end, int inARow, double perToken = 0.02) =>
        Idle with { Canary = Idle.Canary! with { End = end, InARow = inARow, SecondsPerToken = perToken } };
}
