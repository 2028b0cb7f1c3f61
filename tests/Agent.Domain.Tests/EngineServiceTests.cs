using Agent.Domain.Availability;
using Agent.Domain.Engines;
using Agent.Domain.Tests.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests;

/// <summary>What a verdict means for the service of an engine, and since when.</summary>
public sealed class EngineServiceTests
{
    private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(11);

    [Theory]
    [MemberData(nameof(Signs))]
    public void Every_verdict_is_one_state_and_an_outage_begins_where_its_signs_say(
        string name, EngineSigns signs, ServiceState state, ServiceReason why, double? begunAgo)
    {
        var sight = Sight(signs)!;
        (sight.State, sight.Why).ShouldBe((state, why), name);
        (sight.Begun is { } begun ? (double?)Math.Round((Now - begun).TotalSeconds, 3) : null).ShouldBe(begunAgo, name);
    }

    public static IEnumerable<TheoryDataRow<string, EngineSigns, ServiceState, ServiceReason, double?>> Signs() =>
    [
        new("idle", Idle, ServiceState.Up, ServiceReason.Serves, null),
        new("busy", Idle.Moving(), ServiceState.Up, ServiceReason.Serves, null),
        new("flat for less than the grace", Idle.Flat(60), ServiceState.Up, ServiceReason.Serves, null),
        new("counters flat", Idle.Flat(150), ServiceState.Down, ServiceReason.Hung, 151),
        new("counters flat, chips idle", Idle.Flat(30) with { Chips = Chips(idleLooks: 6, idleFor: 25) }, ServiceState.Down, ServiceReason.Hung, 31),
        new("a rank flat", Idle.Moving() with { Counters = Idle.Moving().Counters! with { StuckRank = "1", StuckFor = TimeSpan.FromSeconds(130) } },
            ServiceState.Down, ServiceReason.Hung, 131),
        new("canaries unanswered", Idle.Unanswered(2, 40), ServiceState.Down, ServiceReason.Hung, 41),
        new("wrong answers", Idle.Wrong(), ServiceState.Down, ServiceReason.WrongAnswers, 2400),
        new("ended", Idle.Ended(), ServiceState.Down, ServiceReason.Dead, 5),
        new("ended after its core had died", Idle.Ended().Died(9), ServiceState.Down, ServiceReason.Dead, 9),
        new("ended for a reason in the log", Idle.Ended().Died(7, FaultCodes.EngineOutOfMemory), ServiceState.Down, ServiceReason.Failed, 7),
        new("leftovers", Idle.Ended(killed: true, 5, "4712 VLLM::Worker"), ServiceState.Down, ServiceReason.Dead, 5),
        new("stopped by somebody else", Idle.Ended().Asked(), ServiceState.Down, ServiceReason.StoppedByOther, 5),
        new("port refuses", Idle with { Health = Http(HttpEnd.Refused, 8) }, ServiceState.Down, ServiceReason.Dead, 9),
        new("core gone", Idle with { Core = new CoreSign(Now, TimeSpan.FromSeconds(6), "gone") }, ServiceState.Down, ServiceReason.Dead, 6),
        new("dead by its log", Idle.Died(20) with { Health = Http(HttpEnd.SaysDead, 12) }, ServiceState.Down, ServiceReason.Dead, 20),
        new("paused", Idle with { Pause = new PauseSign(Now, true, "SIGSTOP") }, ServiceState.Down, ServiceReason.Paused, null),
        new("starting", new EngineSigns { Process = Idle.Process, Log = new LogSign(Now, "loading weights", false, TimeSpan.Zero) },
            ServiceState.Down, ServiceReason.Starting, null),
        new("not started", new EngineSigns { Process = new ProcessSign(Now, EngineLife.Stopped, "not started") },
            ServiceState.Down, ServiceReason.NotRunning, null),
        new("stopped by an operator", Idle with { Wanted = false }, ServiceState.Planned, ServiceReason.StoppedByOperator, null),
        new("asleep", Idle with { Counters = Idle.Counters! with { IsAsleep = true } }, ServiceState.Planned, ServiceReason.Asleep, null),
    ];

    [Theory]
    [InlineData(11, ServiceState.Up)]
    [InlineData(12, ServiceState.Unknown)]
    public void A_verdict_that_was_not_renewed_is_none(int seconds, ServiceState state) => Sight(Idle, Now.AddSeconds(seconds))!.State.ShouldBe(state);

    [Fact]
    public void Before_the_first_verdict_nothing_is_known() =>
        EngineService.Of(Scene.Deepseek, EngineInView.Nothing, Lasts, Now)!.State.ShouldBe(ServiceState.Unknown);

    [Fact]
    public void A_verdict_before_the_first_answer_changes_nothing() =>
        Sight(Idle with { Health = null, Metrics = null, Counters = null, Canary = null, Chips = null }).ShouldBeNull();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_load_is_that_of_the_counters_if_there_are_any(bool canTell) =>
        Sight(Idle.Moving(3, 1) with { Counters = Idle.Moving(3, 1).Counters! with { CanTell = canTell } })!.Load
            .ShouldBe(canTell ? new RequestLoad(3, 1) : null);

    private static ServiceSight? Sight(EngineSigns signs, DateTimeOffset? now = null)
    {
        var verdict = EngineJudge.Judge(signs, new EngineLimits(), Now);
        var view = EngineInView.Nothing with { Run = new RunId(1, "boot", 4711, 100), Newest = new EngineJudgement(verdict, signs, Now, Now, Now) };
        return EngineService.Of(Scene.Deepseek, view, Lasts, now ?? Now);
    }
}
