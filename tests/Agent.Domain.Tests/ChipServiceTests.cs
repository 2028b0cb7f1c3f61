using Agent.Domain.Availability;

namespace Agent.Domain.Tests;

/// <summary>The service of chips, and the incidents that outages of engines belong to.</summary>
public sealed class ChipServiceTests
{
    private static readonly DateTimeOffset Now = Scene.Start;

    [Theory]
    [InlineData(FaultCodes.ChipAlarm, true, Verdict.Faulty, ServiceState.Down)]
    [InlineData(FaultCodes.ChipAlarm, false, Verdict.Faulty, ServiceState.Up)]
    [InlineData(FaultCodes.ChipWarning, true, Verdict.Faulty, ServiceState.Up)]
    [InlineData(null, false, Verdict.Healthy, ServiceState.Up)]
    [InlineData(null, false, Verdict.CouldNotLook, ServiceState.Unknown)]
    [InlineData(FaultCodes.ChipAlarm, true, Verdict.CouldNotLook, ServiceState.Down)]
    public void A_chip_is_down_while_a_critical_incident_of_its_own_is_confirmed(string? fault, bool isConfirmed, Verdict seen, ServiceState state)
    {
        List<Incident> incidents = fault is null ? [] : [Some("a", fault, Scene.Chip0, isConfirmed)];
        var sight = ChipService.Of(Scene.Chip0, Look(seen), incidents, FaultCatalog.Default, Now);
        sight.State.ShouldBe(state);
        sight.Begun.ShouldBe(state == ServiceState.Down ? incidents[0].SuspectedAt : null);
        ChipService.Of(Scene.Chip1, Look(Verdict.Healthy), incidents, FaultCatalog.Default, Now).State.ShouldBe(ServiceState.Up);
    }

    [Fact]
    public void A_chip_that_nobody_looked_at_for_long_is_unknown()
    {
        ChipService.Of(Scene.Chip0, null, [], FaultCatalog.Default, Now).State.ShouldBe(ServiceState.Unknown);
        ChipService.Of(Scene.Chip0, Look(Verdict.Healthy), [], FaultCatalog.Default, Now.AddHours(1)).State.ShouldBe(ServiceState.Unknown);
    }

    [Fact]
    public void An_outage_belongs_to_the_engines_own_incident_before_that_of_its_chip_and_to_no_note()
    {
        var layout = new HostLayout([new EngineOnChips("deepseek", [Scene.Chip0], true), new EngineOnChips("other", [Scene.Chip1], true)],
            [Scene.Chip0, Scene.Chip1], ResetScope.Chip);
        var chip = Some("chip", FaultCodes.ChipAlarm, Scene.Chip0, true);
        var own = Some("own", FaultCodes.EngineExited, Scene.Deepseek, false);
        var note = Some("note", FaultCodes.ChipWarning, Scene.Chip0, true);
        Of(Scene.Deepseek, chip, own, note).ShouldBe("own");
        Of(Scene.Deepseek, note, chip).ShouldBe("chip");
        Of(Scene.Deepseek, note).ShouldBeNull();
        Of(Subject.Engine("other"), chip, own, note).ShouldBeNull();
        Of(Subject.Engine("other"), chip with { Touched = [Subject.Engine("other")] }).ShouldBe("chip", "its recovery stopped that engine too");
        Of(Scene.Deepseek, own with { State = IncidentState.Resolved }).ShouldBeNull();

        string? Of(Subject engine, params Incident[] incidents) => OutageIncidents.Of(engine, incidents, layout, FaultCatalog.Default)?.Id;
    }

    private static Observation Look(Verdict verdict) => new() { Probe = "chip-health", Subject = Scene.Chip0, Verdict = verdict, Summary = "", At = Now };

    private static Incident Some(string id, string fault, Subject subject, bool isConfirmed)
    {
        var incident = Incident.Open(id, new Suspected(Now.AddSeconds(-30), fault, subject, "chip-health", "", []));
        return isConfirmed ? incident.Apply(new Confirmed(Now, "")) : incident;
    }
}
