namespace Agent.Domain.Tests;

/// <summary>An operator can always say no, and may mend things by hand.</summary>
public sealed class OperatorPolicyTests
{
    private const string Process = "engine-process";
    private const string Log = "engine-log";
    private const string Health = "engine-health";
    private const string Canary = "engine-canary";
    private const string DriverUnit = "driver-unit";

    private readonly Scene _scene = new();

    [Fact]
    public void Mode_observe_plans_and_touches_nothing()
    {
        _scene.Settings = _scene.Settings with { Mode = AgentMode.Observe };
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited);
        _scene.Only.State.ShouldBe(IncidentState.Confirmed);
        _scene.Only.HeldBackReason!.ShouldContain("would take rung engine: collect-evidence engine:deepseek");
    }

    [Fact]
    public void Maintenance_of_an_engine_holds_back_a_wider_step_that_touches_it()
    {
        _scene.Settings = _scene.Settings with { Maintenances = [new Maintenance(Scene.Deepseek, Scene.Start, Scene.Start.AddHours(1), "ops", "test")] };
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited);
        _scene.Incidents.ShouldBeEmpty("what happens to a subject in maintenance is its person's business");
        _scene.See(Health, Scene.Deepseek, FaultCodes.EngineNotServing, serving: false).Keep(DriverUnit, Subject.Driver, FaultCodes.DriverFailed);
        _scene.Only.HeldBackReason!.ShouldContain("maintenance of engine:deepseek by ops");
    }

    [Fact]
    public void An_operator_s_stopped_engine_is_neither_stopped_nor_started()
    {
        _scene.Settings = _scene.Settings with
        {
            Layout = _scene.Settings.Layout with
            {
                Engines = [new EngineOnChips("deepseek", [Scene.Chip0],
            Wanted: false)]
            }
        };
        _scene.Keep(DriverUnit, Subject.Driver, FaultCodes.DriverFailed);
        _scene.Only.State.ShouldBe(IncidentState.Confirmed);
        _scene.Only.HeldBackReason!.ShouldContain("stopped on request");
    }

    [Fact]
    public void What_a_person_mended_is_resolved()
    {
        _scene.Keep(Log, Scene.Deepseek, FaultCodes.EngineConfigError, seconds: 4);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
        _scene.See(Log, Scene.Deepseek).Pass(5).See(Canary, Scene.Deepseek, serving: true).See(Log, Scene.Deepseek);
        _scene.Only.State.ShouldBe(IncidentState.Resolved);
        _scene.Only.Reason.ShouldBe("mended by a person");
    }
}
