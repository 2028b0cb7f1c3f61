namespace Agent.Domain.Tests;

/// <summary>The agent ends in the middle of a recovery, and the next one goes on with it.</summary>
public sealed class InterruptedRecoveryTests
{
    private const string Health = "engine-health";
    private const string DriverUnit = "driver-unit";

    private readonly Scene _scene = new();

    [Theory]
    [InlineData(StepKind.CollectAllEvidence, StepKind.CollectAllEvidence)]
    [InlineData(StepKind.StopEngine, StepKind.StopEngine)]
    [InlineData(StepKind.RestartDriver, StepKind.WaitForChips)]
    [InlineData(StepKind.WaitForChips, StepKind.WaitForChips)]
    [InlineData(StepKind.StartEngine, StepKind.StartEngine)]
    [InlineData(StepKind.CompleteEvidence, StepKind.CompleteEvidence)]
    [InlineData(StepKind.VerifyEngine, StepKind.VerifyEngine)]
    public void An_interrupted_recovery_goes_on_and_restarts_no_driver_twice(StepKind diedIn, StepKind goesOnWith)
    {
        _scene.See(Health, Scene.Deepseek, FaultCodes.EngineNotServing, serving: false);
        _scene.Keep(DriverUnit, Subject.Driver, FaultCodes.DriverFailed).RunSteps(dies: diedIn);
        _scene.Decide();
        _scene.Only.State.ShouldBe(IncidentState.Recovering);
        _scene.PlannedSteps()[0].ShouldBe(goesOnWith);
        _scene.PlannedSteps().ShouldContain(StepKind.VerifyEngine);
        if (diedIn is not (StepKind.VerifyEngine or StepKind.CompleteEvidence))
            _scene.PlannedSteps().ShouldContain(StepKind.StartEngine);
        _scene.Only.Attempts.ShouldBe([Rung.Driver], "going on is the same attempt");
    }

    [Theory]
    [InlineData(true, 1, 3)]
    [InlineData(true, 2, 3)]
    [InlineData(true, 3, 3)]
    [InlineData(false, 0, 3)]
    [InlineData(true, 3, 1)]
    public void A_restart_in_which_the_agent_ended_is_tried_again_when_the_chips_stay_away_as_often_as_the_budget_allows(bool dies, int times, int budget)
    {
        _scene.Budgets = new Budgets(new Dictionary<StepKind, Budget> { [StepKind.RestartDriver] = new(budget, TimeSpan.FromHours(6)) }, []);
        Fail();
        for (var i = 0; dies && i < times && _scene.Only.State == IncidentState.Recovering; i++)
        {
            _scene.RunSteps(dies: StepKind.RestartDriver).Decide().RunSteps(fails: StepKind.WaitForChips);
            Fail();
        }

        if (_scene.Only.State == IncidentState.Recovering)
        {
            _scene.RunSteps(fails: StepKind.WaitForChips);
            Fail();
        }

        _scene.Only.State.ShouldBe(IncidentState.HandedOver, _scene.Only.HeldBackReason);
        var begun = Math.Min(times + 1, budget);
        _scene.Budgets.Uses.Count(u => u.Kind == StepKind.RestartDriver).ShouldBe(begun);
        _scene.Only.Attempts.ShouldBe(Enumerable.Repeat(Rung.Driver, begun));

        void Fail() => _scene
            .See(Health, Scene.Deepseek, FaultCodes.EngineNotServing, serving: false)
            .Keep(DriverUnit, Subject.Driver, FaultCodes.DriverFailed);
    }
}
