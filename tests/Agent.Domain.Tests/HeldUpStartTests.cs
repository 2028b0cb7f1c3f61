namespace Agent.Domain.Tests;

/// <summary>What an engine runs in refuses it, or somebody paused it: neither is a failure of the engine.</summary>
public sealed class HeldUpStartTests
{
    private readonly Scene _scene = new();

    [Fact]
    public void A_recovery_whose_start_was_refused_goes_on_under_the_name_of_the_refusal()
    {
        _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EngineWorkerDied);
        _scene.Planned.Count.ShouldBe(1);
        for (var attempt = 2; attempt <= 3; attempt++)
        {
            Fail("start-engine: refused: removal of container is already in progress");
            _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EngineStartHeldUp);
            (_scene.Only.Fault, _scene.Planned.Count).ShouldBe((FaultCodes.EngineStartHeldUp, attempt));
        }

        Fail("start-engine: refused: removal of container is already in progress");
        _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EngineStartHeldUp);
        (_scene.Only.State, _scene.Planned.Count).ShouldBe((IncidentState.HandedOver, 3));
    }

    [Theory]
    [InlineData(FaultCodes.EngineStartForbidden)]
    [InlineData(FaultCodes.EngineLaunchMisconfigured)]
    public void What_does_not_pass_is_a_persons_at_once(string fault)
    {
        _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited);
        Fail("start-engine: refused: Unit x is masked");
        _scene.Keep("engine-verdict", Scene.Deepseek, fault);
        (_scene.Only.Fault, _scene.Only.State, _scene.Planned.Count).ShouldBe((fault, IncidentState.HandedOver, 1));
    }

    [Fact]
    public void A_start_that_was_not_begun_is_no_use_of_the_budget()
    {
        var step = new Step(StepKind.StartEngine, Scene.Deepseek);
        var other = new Step(StepKind.StartEngine, Subject.Engine("qwen"));
        IncidentEvent[] events =
        [
            new StepStarted(Scene.Start, step), new StepEnded(Scene.Start, step, false, "it failed"),
            new StepStarted(Scene.Start, other), new StepStarted(Scene.Start, step), new StepEnded(Scene.Start, step, false, "refused") { NotBegun = true },
            new StepStarted(Scene.Start, new Step(StepKind.StopEngine, Scene.Deepseek)),
        ];
        events.Aggregate(Budgets.Unlimited, (budgets, happened) => budgets.After(happened)).Uses
            .ShouldBe([new BudgetUse(StepKind.StartEngine, Scene.Deepseek, Scene.Start), new BudgetUse(StepKind.StartEngine, other.Subject, Scene.Start)]);
    }

    [Fact]
    public void An_engine_that_somebody_paused_is_told_and_not_touched()
    {
        _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EnginePaused, serving: null, seconds: 600);
        _scene.Planned.ShouldBeEmpty();
        (_scene.Only.Fault, _scene.Only.State).ShouldBe((FaultCodes.EnginePaused, IncidentState.Confirmed));
        for (var i = 0; i < 5; i++)
            _scene.See("engine-verdict", Scene.Deepseek).Pass(1);
        _scene.Only.State.ShouldBe(IncidentState.Resolved);
    }

    [Fact]
    public void A_hang_that_turns_out_to_be_a_pause_is_no_hang()
    {
        _scene.See("engine-verdict", Scene.Deepseek, FaultCodes.EngineHung).Pass(1);
        _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EnginePaused, serving: null, seconds: 60);
        _scene.Planned.ShouldBeEmpty();
        _scene.Incidents.Single(i => i.Fault == FaultCodes.EngineHung).State.ShouldBe(IncidentState.Dismissed);
    }

    [Fact]
    public void No_wide_step_goes_over_an_engine_that_somebody_paused()
    {
        _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EnginePaused, serving: null, seconds: 5);
        _scene.Keep("chip-health", Scene.Chip0, FaultCodes.ChipAlarm, seconds: 120);
        _scene.See("engine-verdict", Scene.Deepseek, FaultCodes.EnginePaused).Pass(1);
        _scene.Planned.ShouldBeEmpty();
    }

    private void Fail(string reason) =>
        _scene.Apply(_scene.Only.Id, new RecoveryEnded(_scene.Now, false, reason));
}
