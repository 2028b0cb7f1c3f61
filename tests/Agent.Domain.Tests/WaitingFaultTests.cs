namespace Agent.Domain.Tests;

/// <summary>An engine that may not be started yet: nobody tells which devices its chips are.</summary>
public sealed class WaitingFaultTests
{
    private const string Verdicts = "engine-verdict";

    private readonly Scene _scene = new();

    [Fact]
    public void It_is_told_and_waits_without_an_attempt_until_the_chips_can_be_told()
    {
        for (var i = 0; i < 200; i++)
            _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineChipsUnknown, serving: false).Pass(5);
        _scene.Only.State.ShouldBe(IncidentState.Confirmed);
        _scene.Only.HeldBackReason!.ShouldStartWith("waits: ");
        _scene.Planned.ShouldBeEmpty();

        // It never ran, so that nothing is seen of it but that it may be started.
        _scene.See(Verdicts, Scene.Deepseek, serving: false, verdict: Verdict.CouldNotLook).Pass(1);
        _scene.Planned.ShouldHaveSingleItem().Steps.ShouldContain(s => s.Kind == StepKind.StartEngine);
    }

    [Fact]
    public void An_engine_that_ended_and_could_not_be_started_again_waits_under_this_name_and_is_started_then()
    {
        _scene.Settings = _scene.Settings with { LookAgainWait = TimeSpan.FromSeconds(10) };
        _scene.Keep(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, seconds: 4);
        var first = _scene.Planned.ShouldHaveSingleItem();
        _scene.RunSteps(fails: StepKind.StartEngine);
        for (var i = 0; i < 50; i++)
            _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineChipsUnknown, serving: false).Pass(5);
        _scene.Only.Fault.ShouldBe(FaultCodes.EngineChipsUnknown);
        _scene.Planned.ShouldBe([first]);

        _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(1);
        _scene.Planned.Count.ShouldBe(2);
        _scene.Only.State.ShouldBe(IncidentState.Recovering);
    }
}
