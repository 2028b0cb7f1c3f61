namespace Agent.Domain.Tests;

/// <summary>A cause starts its own confirmation and its own clock; until it is believed nothing is done in its name, nor in the wrong one.</summary>
public sealed class CauseTests
{
    private const string Verdicts = "engine-verdict";
    private const string Chips = "chip-health";
    private const string DriverUnit = "driver-unit";
    private const string Drift = "engine-drift";

    private readonly Scene _scene = new();

    public CauseTests() => _scene.Settings = _scene.Settings with { LookAgainWait = TimeSpan.FromSeconds(3) };

    public static TheoryData<string, string, string> OpenNotes => new()
    {
        { Drift, FaultCodes.EngineConfigDrift, Chips },
        { "engine-canary", FaultCodes.EngineSlow, Chips },
        { "engine-progress", FaultCodes.EngineMetricsMissing, Chips },
        { "engine-throughput", FaultCodes.EngineThroughputLow, Chips },
    };

    [Theory]
    [MemberData(nameof(OpenNotes))]
    public void One_look_at_an_alarm_beside_an_open_note_is_a_suspicion_and_goes_away_as_one(string probe, string note, string chips)
    {
        OpenNote(probe, note);
        _scene.See(chips, Scene.Chip0, FaultCodes.ChipAlarm).Pass(1);
        Of(FaultCodes.ChipAlarm).State.ShouldBe(IncidentState.Suspected);
        _scene.See(chips, Scene.Chip0).Pass(10);
        Of(FaultCodes.ChipAlarm).State.ShouldBe(IncidentState.Dismissed);
        Of(note).State.ShouldBe(IncidentState.Confirmed);
        Of(note).FormerNames.ShouldBeEmpty();
        _scene.Planned.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(FaultCodes.EngineHung, 5)]
    [InlineData(FaultCodes.EngineNotServing, 10)]
    public void A_fault_beside_a_note_of_a_week_is_believed_in_its_own_time_and_counts_from_its_own_beginning(string fault, int seconds)
    {
        OpenNote(Drift, FaultCodes.EngineConfigDrift);
        for (var day = 0; day < 7; day++)
            _scene.Pass(86_400).See(Drift, Scene.Deepseek, FaultCodes.EngineConfigDrift);
        var begin = _scene.Now;
        _scene.See(Verdicts, Scene.Deepseek, fault, serving: false);
        _scene.Planned.ShouldBeEmpty("one look is not enough");
        _scene.Keep(Verdicts, Scene.Deepseek, fault, seconds: seconds + 2);
        _scene.Planned.ShouldHaveSingleItem();
        Of(fault).SuspectedAt.ShouldBe(begin);
        (Of(fault).ConfirmedAt - begin)!.Value.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds));
        Of(FaultCodes.EngineConfigDrift).State.ShouldBe(IncidentState.Confirmed);
        Of(fault).Related.ShouldContain((FaultCodes.EngineConfigDrift, Scene.Deepseek), "the note is explained by it");
    }

    [Theory]
    [InlineData("chip-identity", FaultCodes.NpuSmiUnusable)]
    [InlineData("chip-usage", FaultCodes.NpuSmiHangs)]
    public void A_note_is_not_told_while_what_explains_it_has_to_show_itself(string probe, string note)
    {
        _scene.See(Verdicts, Scene.Deepseek, FaultCodes.DeviceNotAvailable, serving: false);
        for (var second = 0; second < 20; second++)
        {
            _scene.See(probe, Subject.Host, note).See(Verdicts, Scene.Deepseek, FaultCodes.DeviceNotAvailable, serving: false);
            if (second >= 13)
                _scene.See(DriverUnit, Subject.Driver, FaultCodes.DriverFailed);
            _scene.Pass(1);
        }

        Of(note).State.ShouldBe(IncidentState.Dismissed);
        _scene.Only.Fault.ShouldBe(FaultCodes.DriverFailed);
        _scene.Only.Related.ShouldContain((note, Subject.Host));
    }

    [Fact]
    public void An_alarm_seen_once_after_a_recovery_that_failed_takes_no_confirmation_over()
    {
        _scene.Keep(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, seconds: 5).RunSteps(fails: StepKind.StartEngine);
        _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(1);
        _scene.See(Chips, Scene.Chip0, FaultCodes.ChipAlarm).See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false);
        _scene.Only.Fault.ShouldBe(FaultCodes.EngineExited);
        _scene.Only.HeldBackReason!.ShouldContain("waits to see whether chip-alarm on chip:0/0 is its cause");
        _scene.See(Chips, Scene.Chip0).Pass(3).See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false);
        _scene.Planned.Select(p => p.Rung).ShouldBe([Rung.Engine, Rung.Engine]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_alarm_that_stays_gives_its_name_and_its_rung_to_the_engine_s_end(bool endIsBelieved)
    {
        _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false);
        if (endIsBelieved)
            _scene.Pass(4).See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false).RunSteps(fails: StepKind.StartEngine);
        var begin = _scene.Now;
        for (var i = 0; i < 7; i++)
            _scene.See(Chips, Scene.Chip0, FaultCodes.ChipAlarm).See(DriverUnit, Subject.Driver)
                .See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(1);
        _scene.Only.Fault.ShouldBe(FaultCodes.ChipAlarm);
        _scene.Only.FormerNames.ShouldBe([(FaultCodes.EngineExited, Scene.Deepseek)]);
        _scene.Planned[^1].Rung.ShouldBe(Rung.Chip);
        (_scene.Planned[^1].At - begin).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void While_a_cause_has_to_show_itself_the_end_is_neither_believed_nor_dropped()
    {
        _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(0.1);
        _scene.See(Chips, Subject.Host, FaultCodes.ChipsLost).See(DriverUnit, Subject.Driver)
            .See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false);
        _scene.Only.State.ShouldBe(IncidentState.Suspected);
        _scene.Pass(1).See(Chips, Subject.Host);
        _scene.Only.State.ShouldBe(IncidentState.Recovering, "the cause was a flake, and every other probe has looked");
        _scene.Only.Fault.ShouldBe(FaultCodes.EngineExited);
    }

    [Fact]
    public void The_log_s_own_word_for_the_same_end_is_the_same_incident()
    {
        _scene.See(Verdicts, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(1);
        _scene.Keep(Verdicts, Scene.Deepseek, FaultCodes.EngineDeviceError, seconds: 4);
        _scene.Incidents.ShouldHaveSingleItem().Fault.ShouldBe(FaultCodes.EngineDeviceError);
        _scene.Only.State.ShouldBe(IncidentState.Recovering);
    }

    [Theory]
    [InlineData(StepKind.CollectEvidence)]
    [InlineData(StepKind.StopEngine)]
    [InlineData(StepKind.StartEngine)]
    [InlineData(StepKind.VerifyEngine)]
    public void A_cause_found_after_the_agent_was_killed_begins_at_its_own_rung(StepKind diedIn)
    {
        _scene.Keep(Verdicts, Scene.Deepseek, FaultCodes.EngineHung, seconds: 7).RunSteps(dies: diedIn);
        for (var i = 0; i < 7; i++)
            _scene.See(Chips, Scene.Chip0, FaultCodes.ChipAlarm).Pass(1);
        _scene.Only.Fault.ShouldBe(FaultCodes.ChipAlarm);
        _scene.Planned.Select(p => p.Rung).ShouldBe([Rung.Engine, Rung.Chip]);
        _scene.RunSteps(fails: StepKind.ResetChip).See(Verdicts, Scene.Deepseek, FaultCodes.EngineHung, serving: false);
        _scene.Keep(Chips, Scene.Chip0, FaultCodes.ChipAlarm, seconds: 5);
        _scene.Planned.Select(p => p.Rung).ShouldBe([Rung.Engine, Rung.Chip, Rung.Driver]);
    }

    private void OpenNote(string probe, string note)
    {
        for (var i = 0; i < 8; i++)
            _scene.See(probe, Scene.Deepseek, note).Pass(30);
        Of(note).State.ShouldBe(IncidentState.Confirmed);
    }

    private Incident Of(string fault) => _scene.Incidents.Single(i => i.Fault == fault);
}
