using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>What is not the engine's own doing: the kernel kills because memory ran out, somebody pauses.</summary>
public sealed class StandstillJudgeTests
{
    private static Dictionary<string, (EngineSigns Signs, EngineState State, EngineRule Rule, string? Fault)> Cases => new(StringComparer.Ordinal)
    {
        ["systemd ended it by SIGTERM after a worker was killed because memory ran out"] =
            (Starved(Idle.Ended(), 6), EngineState.Dead, EngineRules.KilledForMemory, FaultCodes.EngineExited),
        ["the same, and what it ended with looks asked for"] = (Starved(Idle.Ended().Asked(), 6), EngineState.Dead, EngineRules.KilledForMemory,
            FaultCodes.EngineExited),
        ["the same with vLLM's own shutdown lines"] = (Starved(ToldToStop(Idle.Ended()), 6), EngineState.Dead, EngineRules.KilledForMemory,
            FaultCodes.EngineExited),
        ["it drained for a minute and a half first"] = (Starved(ToldToStop(Idle.Ended()) with { Canary = null }, 95), EngineState.Dead,
            EngineRules.KilledForMemory, FaultCodes.EngineExited),
        ["a stop long after the engine did without the process that was killed"] =
            (Starved(ToldToStop(Idle.Ended()) with { Canary = null, Counters = null }, 700), EngineState.Stopped, EngineRules.OutsideStop,
            FaultCodes.EngineStoppedByOther),
        ["a stop after an answer that came after the kill"] = (Starved(ToldToStop(Idle.Ended()), 40), EngineState.Stopped, EngineRules.OutsideStop,
            FaultCodes.EngineStoppedByOther),
        ["a person's stop"] = (ToldToStop(Idle.Ended()), EngineState.Stopped, EngineRules.OutsideStop, FaultCodes.EngineStoppedByOther),
        ["a cause in the log is told before it"] = (Starved(Idle.Died(5, FaultCodes.EngineWorkerDied).Ended(), 6), EngineState.Failed,
            EngineRules.CauseInLog, FaultCodes.EngineWorkerDied),
        ["workers that stay are cleared first"] = (Starved(Idle.Ended(killed: false, forSeconds: 5, "4712 VLLM::EngineCor"), 6), EngineState.Orphaned,
            EngineRules.Leftovers, FaultCodes.EngineOrphans),
        ["a worker was killed, the engine goes on working"] = (Starved(Idle.Moving(), 6), EngineState.Busy, EngineRules.WorkMoves, null),

        ["paused under work"] = (Paused(Idle.Flat(900)), EngineState.Paused, EngineRules.PausedByOther, FaultCodes.EnginePaused),
        ["paused, nothing answers"] = (Paused(Idle with { Health = Http(HttpEnd.TimedOut, 900), Metrics = Http(HttpEnd.TimedOut, 900) }),
            EngineState.Paused, EngineRules.PausedByOther, FaultCodes.EnginePaused),
        ["paused while it starts"] = (Paused(Idle with { Log = new LogSign(Now, "loading weights 53 %", false, TimeSpan.FromHours(2)) }),
            EngineState.Paused, EngineRules.PausedByOther, FaultCodes.EnginePaused),
        ["paused, and its core looks gone"] = (Paused(Idle.Died(30)), EngineState.Paused, EngineRules.PausedByOther, FaultCodes.EnginePaused),
        ["killed while it was paused"] = (Paused(Idle.Ended(killed: true)), EngineState.Dead, EngineRules.Exited, FaultCodes.EngineExited),
        ["goes on since a moment: counters"] = (Resumed(Idle.Flat(900), 10), EngineState.Busy, EngineRules.WorkMayMove, null),
        ["goes on since a moment: canaries"] = (Resumed(Idle.Unanswered(6, 300), 10), EngineState.Idle, EngineRules.NoWork, null),
        ["goes on since a moment: silence"] =
            (Resumed(Idle with
            {
                Health = Http(HttpEnd.TimedOut, 900),
                Metrics = Http(HttpEnd.TimedOut, 900),
                Canary = null,
                Chips = Chips(idleLooks: 99, idleFor: 900)
            }, 10), EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["goes on since a moment: an API server that stood still with it"] = (Resumed(Still(900), 10), EngineState.Saturated, EngineRules.NoAnswerInTime, null),
        ["goes on and is deaf since"] = (Resumed(Still(900), 40), EngineState.Hung, EngineRules.SilentAndStill, FaultCodes.EngineHung),
        ["paused, and its API server stands still"] = (Paused(Still(60)), EngineState.Paused, EngineRules.PausedByOther, FaultCodes.EnginePaused),
        ["goes on since a moment: its start"] = (Resumed(Idle with { Log = new LogSign(Now, "loading weights 53 %", false, TimeSpan.FromHours(2)) }, 10),
            EngineState.Starting, EngineRules.Starting, null),
        ["goes on and hangs for the whole grace time since"] = (Resumed(Idle.Flat(900), 125), EngineState.Hung, EngineRules.CountersFlat,
            FaultCodes.EngineHung),
        ["goes on and answers no canary of a new row"] = (Resumed(Idle.Unanswered(2, 40), 60), EngineState.Hung, EngineRules.Unanswered, FaultCodes.EngineHung),
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
    public void A_paused_engine_is_not_said_to_fail_its_work() => EngineJudge.Judge(Paused(Idle.Flat(900)), new EngineLimits(), Now).Serving.ShouldBeNull();

    [Fact]
    public void A_pause_is_over_when_it_was_seen_to_go_on_and_only_then()
    {
        PauseSign.After(null, null, Now).ShouldBeNull();
        var paused = PauseSign.After(null, "by somebody", Ago(60))!;
        (paused.IsPaused, paused.At, paused.Text).ShouldBe((true, Ago(60), "by somebody"));
        var resumed = PauseSign.After(paused, null, Now)!;
        (resumed.IsPaused, resumed.At).ShouldBe((false, Now));
        PauseSign.After(resumed, null, Now.AddHours(1)).ShouldBe(resumed);
    }

    private static EngineSigns Starved(EngineSigns signs, double secondsAgo) =>
        signs with { Memory = new MemorySign(Ago(secondsAgo), "the kernel killed 1 of its processes because memory ran out") };

    private static EngineSigns ToldToStop(EngineSigns signs) => signs with { Log = signs.Log! with { StopRequested = true } };

    private static EngineSigns Paused(EngineSigns signs) => signs with { Pause = new PauseSign(Ago(1), true, "container npu-engine-deepseek is paused") };

    private static EngineSigns Still(double seconds) => Idle.With(running: 3, moved: false) with
    {
        Health = Http(HttpEnd.TimedOut, seconds),
        Metrics = Http(HttpEnd.TimedOut, seconds),
        Server = new ServerSign(Ago(1), TimeSpan.FromSeconds(seconds), 99, "process 4711 stands still"),
        Canary = null,
        Chips = Chips(idleLooks: 99, idleFor: seconds),
    };

    private static EngineSigns Resumed(EngineSigns signs, double secondsAgo) =>
        signs with { Pause = new PauseSign(Ago(secondsAgo), false, "was paused, goes on") };
}
