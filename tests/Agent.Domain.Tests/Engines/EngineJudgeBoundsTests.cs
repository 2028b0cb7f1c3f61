using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>The judge right at, below and above each of its times, and what a verdict says beside state and fault.</summary>
public sealed class EngineJudgeBoundsTests
{
    private static readonly EngineLimits Limits = new();

    private static readonly Dictionary<string, (EngineSigns Signs, EngineRule Rule, string? Fault, bool IsOpen)> Cases = new(StringComparer.Ordinal)
    {
        // What the judge waits for is open: neither a fault nor proof of the contrary.
        ["not started yet"] = (new EngineSigns(), EngineRules.NotStarted, null, true),
        ["never started, by the look at it"] =
            (new EngineSigns { Process = new ProcessSign(Now, EngineLife.Stopped, "never started") }, EngineRules.NotStarted, null, true),
        ["stopped on request is no open question"] = (Idle with { Wanted = false }, EngineRules.OnRequest, null, false),
        ["its processes have two whole seconds to follow"] = (Idle.Ended(killed: false, forSeconds: 2, "4712 worker"), EngineRules.ExitedLeaving, null, true),
        ["and no more"] = (Idle.Ended(killed: false, forSeconds: 2.1, "4712 worker"), EngineRules.Leftovers, FaultCodes.EngineOrphans, false),

        // Why it cannot be started: what cannot be killed, then what holds its chips, then the refusal.
        ["a process that cannot be killed explains held chips and a refusal"] = (Idle.Ended() with
        {
            Held = Held,
            Start = new StartSign(Now) { Stuck = ["4712 worker"], RefusedFault = FaultCodes.EnginePortTaken, RefusedBecause = "taken" },
        }, EngineRules.Unkillable, FaultCodes.EngineUnkillable, false),
        ["a refusal alone"] = (Idle.Ended() with { Start = Refused }, EngineRules.StartRefused, FaultCodes.EnginePortTaken, false),

        // A kill because memory ran out explains an end for five minutes, counted back from the end.
        ["killed for memory five minutes before it ended"] = (Starved(305, endedFor: 5), EngineRules.KilledForMemory, FaultCodes.EngineExited, false),
        ["and a moment longer"] = (Starved(305.1, endedFor: 5), EngineRules.Exited, FaultCodes.EngineExited, false),
        ["killed for memory, and dead for an hour since"] = (Starved(3605, endedFor: 3600), EngineRules.KilledForMemory, FaultCodes.EngineExited, false),

        // The log says that its core is dead.
        ["it has ten seconds to leave"] = (Idle.Died(9.9), EngineRules.DeadByLog, null, true),
        ["at ten seconds it had them"] = (Idle.Died(10) with { Canary = null }, EngineRules.DeadByLog, FaultCodes.EngineNotServing, false),
        ["a cause does not shorten them"] = (Idle.Died(9.9, FaultCodes.EngineDeviceError), EngineRules.DeadByLog, null, true),
        ["after them the cause is the fault"] =
            (Idle.Died(10, FaultCodes.EngineDeviceError), EngineRules.CauseInLog, FaultCodes.EngineDeviceError, false),
        ["/health agrees: the cause counts at once"] = (Idle.Died(3, FaultCodes.EngineDeviceError) with { Health = Http(HttpEnd.SaysDead, 2) },
            EngineRules.CauseInLog, FaultCodes.EngineDeviceError, false),
        ["a port that refuses agrees as well"] = (Idle.Died(3, FaultCodes.EngineDeviceError) with { Health = Http(HttpEnd.Refused, 2) },
            EngineRules.CauseInLog, FaultCodes.EngineDeviceError, false),
        ["and so does a core that is gone"] = (CoreGone(Idle.Died(3, FaultCodes.EngineDeviceError), 1), EngineRules.CauseInLog,
            FaultCodes.EngineDeviceError, false),
        ["a late /health does not"] = (Idle.Died(3, FaultCodes.EngineDeviceError) with { Health = Http(HttpEnd.TimedOut, 2) }, EngineRules.DeadByLog,
            null, true),
        ["/health agrees, nobody knows the cause: it may still leave"] =
            (Idle.Died(3) with { Health = Http(HttpEnd.SaysDead, 2) }, EngineRules.DeadByLog, null, true),
        ["after ten seconds it does not leave, whoever agrees"] =
            (Idle.Died(10) with { Health = Http(HttpEnd.SaysDead, 9), Canary = null }, EngineRules.DeadByLog, FaultCodes.EngineNotServing, false),

        // A core that is gone, a port that refuses: five seconds.
        ["a core that is gone for less"] = (CoreGone(Idle, 4.9), EngineRules.CoreGone, null, true),
        ["a core that is gone for five seconds"] = (CoreGone(Idle, 5), EngineRules.CoreGone, FaultCodes.EngineNotServing, false),
        ["a port that refuses for less"] = (Unserved(HttpEnd.Refused, 4.9), EngineRules.Refused, null, true),
        ["a port that refuses for five seconds"] = (Unserved(HttpEnd.Refused, 5), EngineRules.Refused, FaultCodes.EngineNotServing, false),
        ["/health that says dead for five seconds"] = (Unserved(HttpEnd.SaysDead, 5), EngineRules.DeadByHealth, FaultCodes.EngineNotServing, false),
        ["a missing core is surer than the port that it took with it"] =
            (CoreGone(Unserved(HttpEnd.Refused, 60), 60), EngineRules.CoreGone, FaultCodes.EngineNotServing, false),
        ["the log is surer than a missing core"] =
            (CoreGone(Idle.Died(60) with { Canary = null }, 60), EngineRules.DeadByLog, FaultCodes.EngineNotServing, false),

        // Starts and answers
        ["a stage that stands for its whole time"] = (Starting(600), EngineRules.Starting, null, false),
        ["and a moment longer stands still"] = (Starting(600.1), EngineRules.StartStalled, FaultCodes.EngineStartStalled, false),
        ["one second for a token is allowed"] = (Answers(CanaryEnd.Right, 1, perToken: 1), EngineRules.NoWork, null, false),
        ["more is slow, which is no fault"] = (Answers(CanaryEnd.Right, 1, perToken: 1.01), EngineRules.SlowAnswers, null, false),
        ["one look with wrong answers leaves it open"] = (Answers(CanaryEnd.Wrong, 1), EngineRules.WrongAnswers, null, true),
        ["two do not"] = (Answers(CanaryEnd.Wrong, 2), EngineRules.WrongAnswers, FaultCodes.EngineOutputDegraded, false),
        ["a comparison that has nothing to complain of"] = (Idle with { Quality = Compared([]) }, EngineRules.NoWork, null, false),
        ["nor had it of the run before"] = (Idle with { Quality = Compared([]) with { IsOfRunBefore = true } }, EngineRules.NoWork, null, false),
        ["a complaint about the run before has to be repeated"] =
            (Idle with { Quality = Compared(["worse"]) with { IsOfRunBefore = true } }, EngineRules.WorseAnswers, null, true),
    };

    public static TheoryData<string> Rows => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_time_ends_where_it_says(string row)
    {
        var (signs, rule, fault, isOpen) = Cases[row];
        var verdict = EngineJudge.Judge(signs, Limits, Now);
        (verdict.Rule, verdict.Fault, verdict.IsOpen).ShouldBe((rule, fault, isOpen), verdict.Reason);
    }

    [Theory]
    [InlineData(null, "cause: the first error")]
    [InlineData("set --max-model-len 4096", "cause: the first error; advice: set --max-model-len 4096")]
    public void A_cause_is_told_with_what_may_help_against_it(string? advice, string reason)
    {
        var died = Idle.Died(5, FaultCodes.EngineKvCacheTooSmall).Ended();
        var verdict = EngineJudge.Judge(died with { Log = died.Log! with { Advice = advice } }, Limits, Now);
        (verdict.Reason, verdict.Detail).ShouldBe((reason, "cause"));
    }

    [Theory]
    [InlineData(30, null, "at loading weights, progress 30s ago", "loading weights")]
    [InlineData(30, "more than fits", "at loading weights, progress 30s ago; more than fits", "loading weights")]
    [InlineData(660, null, "start-up stands at loading weights for 11m, allowed 10m", "start stands at loading weights")]
    [InlineData(660, "more than fits", "start-up stands at loading weights for 11m, allowed 10m; more than fits", "start stands at loading weights")]
    public void A_start_is_told_with_its_stage_and_with_what_will_end_it(double stillFor, string? warning, string reason, string detail)
    {
        var starting = Starting(stillFor);
        var verdict = EngineJudge.Judge(starting with { Log = starting.Log! with { Warning = warning } }, Limits, Now);
        (verdict.Reason, verdict.Detail).ShouldBe((reason, detail));
    }

    [Theory]
    [InlineData(CanaryEnd.Right, "1.50 s for a token, allowed 1.00", "degraded (slow)")]
    [InlineData(CanaryEnd.Wrong, "2 looks in a row: answered \"Paris\"", "degraded (wrong answers)")]
    public void Slow_and_wrong_answers_are_told_apart(CanaryEnd end, string reason, string state)
    {
        var verdict = EngineJudge.Judge(Answers(end, 2, perToken: 1.5), Limits, Now);
        (verdict.Reason, verdict.StateText(Language.English)).ShouldBe((reason, state));
    }

    [Theory]
    [InlineData(true, FaultCodes.EngineOutputDegraded)]
    [InlineData(false, null)]
    public void Worse_answers_are_all_that_is_wrong_only_where_the_rest_was_seen(bool isRestSeen, string? onlyAgainst)
    {
        var signs = isRestSeen ? Idle : Idle with { Health = null, Metrics = null, Counters = null, Canary = null };
        var verdict = EngineJudge.Judge(signs with { Quality = Compared(["worse"]) }, Limits, Now);
        (verdict.Fault, verdict.OnlyAgainst).ShouldBe((FaultCodes.EngineOutputDegraded, onlyAgainst));
    }

    [Theory]
    [InlineData(3, HttpEnd.Answered, "the engine core is dead; the process has 10s to leave")]
    [InlineData(3, HttpEnd.SaysDead, "the engine core is dead, the process is still there")]
    [InlineData(30, HttpEnd.SaysDead, "the engine core is dead for 30s and the process does not leave")]
    public void How_long_a_dead_engine_has_stayed_is_told_with_its_line(double secondsAgo, HttpEnd health, string reason)
    {
        var verdict = EngineJudge.Judge(Idle.Died(secondsAgo) with { Canary = null, Health = Http(health, 2) }, Limits, Now);
        verdict.Reason.ShouldEndWith(reason);
        verdict.Evidence[0].ShouldBe("EngineCore encountered an issue.");
    }

    private static EngineSigns Starving => Idle with { Canary = null, Counters = null };

    private static EngineSigns Starved(double killedAgo, double endedFor) =>
        Starving.Ended(forSeconds: endedFor) with { Memory = new MemorySign(Ago(killedAgo), "the kernel killed a worker") };

    private static EngineSigns CoreGone(EngineSigns signs, double seconds) =>
        signs with { Core = new CoreSign(Now, TimeSpan.FromSeconds(seconds), "engine core 4712 is gone") };

    private static EngineSigns Unserved(HttpEnd end, double seconds) => Idle with { Health = Http(end, seconds), Canary = null };

    private static EngineSigns Starting(double stillFor) => Idle with { Log = new LogSign(Now, "loading weights", false, TimeSpan.FromSeconds(stillFor)) };

    private static EngineSigns Answers(CanaryEnd end, int inARow, double perToken = 0.02) =>
        Idle with { Canary = Idle.Canary! with { End = end, InARow = inARow, SecondsPerToken = perToken } };

    private static QualitySign Compared(IReadOnlyList<string> complaints) => new(Now, complaints, "compared");

    private static StartSign Refused => new(Now) { RefusedFault = FaultCodes.EnginePortTaken, RefusedBecause = "process 7 listens" };

    private static HeldSign Held =>
        new(Now, ChipHolder.Others, TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(60), Subject.Chip(0, 0), "chip 0/0 holds 512 MB");
}
