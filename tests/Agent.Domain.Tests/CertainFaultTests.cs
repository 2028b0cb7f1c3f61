namespace Agent.Domain.Tests;

/// <summary>An engine that is gone is gone; only the cause may be open, and it is looked for before anything is done.</summary>
public sealed class CertainFaultTests
{
    private const string Verdicts = "engine-verdict";
    private const string Chips = "chip-health";
    private const string DriverUnit = "driver-unit";

    private readonly Scene _scene = new();

    [Fact]
    public void It_is_believed_as_soon_as_every_probe_that_could_name_a_cause_has_looked_after_it()
    {
        _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(0.05).See(Chips, Subject.Host);
        _scene.Only.State.ShouldBe(IncidentState.Suspected, "nobody has asked the driver yet");
        _scene.Pass(0.05).See(DriverUnit, Subject.Driver);
        _scene.Only.State.ShouldBe(IncidentState.Recovering);
        _scene.Only.Sightings.ShouldBe(1);
    }

    [Fact]
    public void A_look_that_began_before_it_proves_nothing_though_it_ended_after_it()
    {
        _scene.See(DriverUnit, Subject.Driver).See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false);
        var before = _scene.Now.AddSeconds(-1);
        _scene.Pass(0.1).See(Chips, Subject.Host, began: before).See(DriverUnit, Subject.Driver, began: before);
        _scene.Only.State.ShouldBe(IncidentState.Suspected);
    }

    [Theory]
    [InlineData(2.5, IncidentState.Suspected)]
    [InlineData(3.5, IncidentState.Recovering)]
    public void A_probe_that_could_not_look_is_waited_for_no_longer_than_the_fault_s_own_time(double seconds, IncidentState state)
    {
        _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(0.1);
        _scene.See(Chips, Subject.Host, verdict: Verdict.CouldNotLook).See(DriverUnit, Subject.Driver).Pass(seconds);
        _scene.Only.State.ShouldBe(state);
    }

    [Fact]
    public void An_operator_who_asks_for_patience_gets_it()
    {
        _scene.Settings = _scene.Settings with
        {
            Faults = FaultCatalog.Default.With(new Dictionary<string,
            FaultOverride>
            { [FaultCodes.EngineExited] = new(ConfirmAfter: TimeSpan.FromSeconds(30)) })
        };
        _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(0.1).See(Chips, Subject.Host).See(DriverUnit, Subject.Driver)
            .Pass(5);
        _scene.Only.State.ShouldBe(IncidentState.Suspected);
    }
}
