using Agent.Domain.Engines;
using Agent.Domain.Tests.Engines;

namespace Agent.Domain.Tests;

/// <summary>
/// An engine whose answers are worse than the accepted ones serves everybody. Once that is a person's, it is no reason to restart the
/// engine for anything else.
/// </summary>
public sealed class WorseAnswersTests
{
    private static readonly QualitySign Worse = new(SomeEngine.Now, ["mean difference 3.1"], "3 comparisons in a row: mean difference 3.1");
    private static readonly EngineSigns Busy = SomeEngine.Idle.Moving();

    private readonly Scene _scene = new();

    [Fact]
    public void An_engine_that_answers_everybody_is_not_called_down_by_them()
    {
        var verdict = Judged(Busy with { Quality = Worse });
        (verdict.Fault, verdict.Serving, verdict.OnlyAgainst).ShouldBe((FaultCodes.EngineOutputDegraded, null, FaultCodes.EngineOutputDegraded));
        Judged(Busy.Wrong()).Serving.ShouldBe(false);
    }

    [Fact]
    public void A_run_that_was_not_compared_yet_is_known_to_be_well_otherwise_only_if_that_was_seen()
    {
        var next = Worse with { IsOfRunBefore = true };
        var served = Judged(Busy with { Quality = next });
        (served.Fault, served.IsOpen, served.OnlyAgainst).ShouldBe((null, true, FaultCodes.EngineOutputDegraded));
        var unseen = Judged(SomeEngine.Idle with { Health = null, Metrics = null, Counters = null, Canary = null, Quality = next });
        (unseen.Rule, unseen.IsOpen, unseen.OnlyAgainst).ShouldBe((EngineRules.NotLookedAt, true, null));
        Judged(SomeEngine.Idle.Flat(500) with { Quality = next }).Fault.ShouldBe(FaultCodes.EngineHung);
    }

    [Fact]
    public void A_restart_after_an_exit_succeeds_although_nobody_could_compare_the_answers_under_load()
    {
        HandOver();
        var exit = RestartAfterExit();
        See(Busy with { Quality = Worse with { IsOfRunBefore = true } });
        Of(exit).State.ShouldBe(IncidentState.Verifying, "nobody has proved yet that it serves");
        _scene.See("engine-canary", Scene.Deepseek, serving: true);
        (Of(exit).State, Of(exit).Attempts.Count).ShouldBe((IncidentState.Resolved, 1));
        Degraded().State.ShouldBe(IncidentState.HandedOver);
        See(Busy with { Quality = Worse with { IsOfRunBefore = true } }, times: 180).Planned.Count.ShouldBe(2);
        Degraded().State.ShouldBe(IncidentState.HandedOver, "a restart proves nothing of its answers before they are compared");
        See(Busy with { Quality = Worse with { Complaints = [], Text = "as accepted" } }, times: 12).See("engine-canary", Scene.Deepseek, serving: true);
        Degraded().State.ShouldBe(IncidentState.Resolved);
    }

    [Fact]
    public void A_restart_after_an_exit_succeeds_although_the_answers_are_as_bad_as_before()
    {
        HandOver();
        var exit = RestartAfterExit();
        See(Busy with { Quality = Worse }).See("engine-canary", Scene.Deepseek, serving: true);
        (Of(exit).State, Of(exit).Attempts.Count).ShouldBe((IncidentState.Resolved, 1));
    }

    [Fact]
    public void The_restart_for_the_answers_themselves_is_proved_by_a_comparison_only()
    {
        See(Busy with { Quality = Worse }, times: 12).RunSteps();
        See(Busy with { Quality = Worse with { IsOfRunBefore = true } }).See("engine-canary", Scene.Deepseek, serving: true);
        Degraded().State.ShouldBe(IncidentState.Verifying);
        See(Busy with { Quality = Worse with { Complaints = [], Text = "as accepted" } });
        Degraded().State.ShouldBe(IncidentState.Resolved);
    }

    private void HandOver()
    {
        See(Busy with { Quality = Worse }, times: 12).RunSteps();
        See(Busy with { Quality = Worse }, times: 3);
        Degraded().State.ShouldBe(IncidentState.HandedOver);
    }

    private string RestartAfterExit()
    {
        See(SomeEngine.Idle.Ended() with { Quality = Worse }, times: 12);
        var exit = _scene.Incidents.Single(i => i.Fault == FaultCodes.EngineExited);
        exit.State.ShouldBe(IncidentState.Recovering);
        _scene.RunSteps();
        return exit.Id;
    }

    private Incident Of(string id) => _scene.Incidents.Single(i => i.Id == id);

    private Incident Degraded() => _scene.Incidents.Single(i => i.Fault == FaultCodes.EngineOutputDegraded);

    private Scene See(EngineSigns signs, int times = 1)
    {
        var verdict = new EngineJudgement(Judged(signs), signs, SomeEngine.Now, SomeEngine.Now, SomeEngine.Now);
        for (var i = 0; i < times; i++)
            _scene.See(verdict.Seen(Scene.Deepseek, null, TimeSpan.FromSeconds(11))).Pass(1);
        return _scene;
    }

    private static EngineVerdict Judged(EngineSigns signs) => EngineJudge.Judge(signs, new EngineLimits(), SomeEngine.Now);
}
