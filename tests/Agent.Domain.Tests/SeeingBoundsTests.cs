namespace Agent.Domain.Tests;

/// <summary>Which of several looks opens an incident, and when a look is believed to be the cause of another fault.</summary>
public sealed class SeeingBoundsTests
{
    private static readonly Subject Qwen = Subject.Engine("qwen");

    private readonly Scene _scene = new();

    [Fact]
    public void Of_two_faults_of_one_moment_the_cause_opens_the_incident()
    {
        _scene.Show("driver-unit", Subject.Driver, FaultCodes.DriverFailed).See("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited);
        _scene.Only.Fault.ShouldBe(FaultCodes.DriverFailed);
        _scene.Only.Related.ShouldBe([(FaultCodes.EngineExited, Scene.Deepseek)]);
    }

    [Fact]
    public void Of_two_looks_that_see_one_fault_the_earlier_opens_the_incident()
    {
        _scene.Show("z-probe", Scene.Chip0, FaultCodes.ChipAlarm);
        _scene.Now = Scene.Start.AddSeconds(1);
        _scene.See("a-probe", Scene.Chip0, FaultCodes.ChipAlarm);
        (_scene.Only.Probe, _scene.Only.SuspectedAt).ShouldBe(("z-probe", Scene.Start));
    }

    [Fact]
    public void Incidents_of_one_moment_are_numbered_by_subject_and_apart()
    {
        _scene.Show("z-probe", Scene.Chip0, FaultCodes.ChipAlarm).See("a-probe", Scene.Chip1, FaultCodes.ChipAlarm);
        _scene.Incidents.Select(i => (i.Id, i.Subject)).ShouldBe([("20261124-100000-000", Scene.Chip0), ("20261124-100000-001", Scene.Chip1)]);
    }

    [Theory]
    [InlineData(2, 4999, false)]
    [InlineData(2, 5000, true)]
    [InlineData(2, 5001, true)]
    [InlineData(1, 5000, false)]
    [InlineData(3, 5000, true)]
    public void A_cause_is_believed_when_it_was_seen_as_often_and_for_as_long_as_its_row_asks_for(int looks, int milliseconds, bool believed)
    {
        _scene.Incidents.Add(Some.Incident("mine", FaultCodes.EngineHung, Scene.Deepseek, IncidentState.Suspected, Scene.Start));
        for (var i = 1; i < looks; i++)
            _scene.Show("driver-unit", Subject.Driver, FaultCodes.DriverFailed);
        if (looks == 1)
            _scene.Show("driver-unit", Subject.Driver, FaultCodes.DriverFailed).Pass(milliseconds / 1000.0);
        else
            Later(milliseconds).See("driver-unit", Subject.Driver, FaultCodes.DriverFailed);
        _scene.Only.Fault.ShouldBe(believed ? FaultCodes.DriverFailed : FaultCodes.EngineHung);
    }

    public static TheoryData<string, Subject, Subject[], string, Subject, bool> UnderRecovery() => new()
    {
        // The reset of a board also stops an engine that the chip has nothing to do with.
        { FaultCodes.ChipAlarm, Scene.Chip0, [Scene.Chip0, Scene.Deepseek, Qwen], FaultCodes.EngineOutputDegraded, Qwen, false },
        { FaultCodes.ChipAlarm, Scene.Chip0, [Scene.Chip0, Scene.Deepseek], FaultCodes.EngineOutputDegraded, Qwen, true },
        // The chip of an engine that is restarted may look odd meanwhile, the chip of another engine may not.
        { FaultCodes.EngineExited, Scene.Deepseek, [Scene.Deepseek], FaultCodes.ChipWarning, Scene.Chip0, false },
        { FaultCodes.EngineExited, Scene.Deepseek, [Scene.Deepseek], FaultCodes.ChipWarning, Scene.Chip1, true },
    };

    [Theory]
    [MemberData(nameof(UnderRecovery))]
    public void An_effect_of_a_recovery_is_no_new_suspicion_if_the_recovery_touches_the_subject_or_concerns_it(string fault, Subject subject, Subject[] touched,
        string seen, Subject on, bool suspected)
    {
        Host(Qwen);
        _scene.Incidents.Add(Some.Incident("mine", fault, subject, IncidentState.Recovering, Scene.Start) with { Touched = touched, Attempts = [Rung.Chip] });
        Later(1000).See(Some.Probe(on), on, seen);
        _scene.Incidents.Any(i => i.Subject == on).ShouldBe(suspected);
    }

    [Theory]
    [InlineData(true, false, IncidentState.Verifying)]
    [InlineData(false, true, IncidentState.Resolved)]
    public void The_newest_answer_tells_whether_an_engine_serves(bool first, bool second, IncidentState state)
    {
        _scene.Incidents.Add(Some.Incident("mine", FaultCodes.EngineExited, Scene.Deepseek, IncidentState.Verifying, Scene.Start) with
        {
            Touched = [Scene.Deepseek],
            Attempts = [Rung.Engine],
        });
        _scene.Show("engine-throughput", Scene.Deepseek, serving: first);
        Later(1000).Show("engine-canary", Scene.Deepseek, serving: second).See("engine-verdict", Scene.Deepseek);
        _scene.Only.State.ShouldBe(state);
    }

    private Scene Later(int milliseconds)
    {
        _scene.Now += TimeSpan.FromMilliseconds(milliseconds);
        return _scene;
    }

    private void Host(Subject other) => _scene.Settings = _scene.Settings with
    {
        Layout = new HostLayout([new EngineOnChips("deepseek", [Scene.Chip0], Wanted: true), new EngineOnChips(other.Id, [Scene.Chip1], Wanted: true)],
            [Scene.Chip0, Scene.Chip1], ResetScope.Host),
    };
}
