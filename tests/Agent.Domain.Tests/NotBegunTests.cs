namespace Agent.Domain.Tests;

/// <summary>What could not be begun is no attempt: not of a budget, and not of the ladder.</summary>
public sealed class NotBegunTests
{
    private readonly Scene _scene = new();

    [Theory]
    [InlineData(FaultCodes.EngineExited)]
    [InlineData(FaultCodes.EngineWorkerDied)]
    [InlineData(FaultCodes.EngineOutOfMemory)]
    public void A_start_that_finds_no_room_waits_for_it_however_often_it_was_tried(string fault)
    {
        _scene.Keep("engine-verdict", Scene.Deepseek, fault);
        _scene.Planned.Count.ShouldBe(1);
        for (var tries = 2; tries < 20; tries++)
        {
            EndNotBegun();
            _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EngineStartWithoutRoom, seconds: 15);
            (_scene.Only.Fault, _scene.Planned.Count).ShouldBe((FaultCodes.EngineStartWithoutRoom, tries - 1));
            // The refusal is not in the way any more, which the engine's end is told by.
            _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited, seconds: 3);
            _scene.Planned.Count.ShouldBe(tries);
        }

        _scene.Only.Attempts.ShouldBe([Rung.Engine]);
        _scene.Only.State.ShouldBe(IncidentState.Recovering);
    }

    [Theory]
    [InlineData(FaultCodes.ChipsLost)]
    [InlineData(FaultCodes.DriverFailed)]
    public void A_wide_step_is_not_begun_while_its_attempt_cannot_be_counted_and_follows_when_it_can(string fault)
    {
        var subject = fault == FaultCodes.DriverFailed ? Subject.Driver : Subject.Host;
        _scene.Settings = _scene.Settings with { CannotRecord = "the disk is full" };
        _scene.Keep("chip-health", subject, fault, serving: null, seconds: 120);
        _scene.Planned.ShouldBeEmpty();
        _scene.Only.State.ShouldBe(IncidentState.Confirmed);
        _scene.Only.HeldBackReason.ShouldNotBeNull().ShouldContain("the disk is full");
        _scene.Settings = _scene.Settings with { CannotRecord = null };
        _scene.Keep("chip-health", subject, fault, serving: null, seconds: 1);
        _scene.Planned.ShouldHaveSingleItem().Rung.ShouldBe(Rung.Driver);
    }

    [Fact]
    public void A_wide_step_that_could_not_be_counted_in_the_middle_of_its_recovery_leaves_its_attempt()
    {
        _scene.Keep("chip-health", Subject.Host, FaultCodes.ChipsLost, serving: null, seconds: 120);
        _scene.Only.Attempts.ShouldBe([Rung.Driver]);
        EndNotBegun();
        _scene.Only.Attempts.ShouldBeEmpty();
        _scene.Keep("chip-health", Subject.Host, FaultCodes.ChipsLost, serving: null, seconds: 5);
        _scene.Planned.Count.ShouldBe(2);
        _scene.Only.State.ShouldBe(IncidentState.Recovering);
    }

    [Fact]
    public void After_a_recovery_that_was_not_begun_the_probes_look_before_the_next_is_planned()
    {
        _scene.Settings = _scene.Settings with { LookAgainWait = TimeSpan.FromSeconds(3) };
        _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited);
        EndNotBegun();
        _scene.Pass(1).Planned.Count.ShouldBe(1);
        _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited, seconds: 4);
        _scene.Planned.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(FaultCodes.HostDiskFull)]
    [InlineData(FaultCodes.HostDiskFailing)]
    public void A_disk_that_takes_nothing_is_told_at_its_first_look_and_holds_no_engine_up(string fault)
    {
        _scene.See("agent-journal", Subject.Host, fault);
        _scene.Only.State.ShouldBe(IncidentState.Confirmed);
        _scene.Keep("engine-verdict", Scene.Deepseek, FaultCodes.EngineExited);
        _scene.Planned.ShouldHaveSingleItem().Rung.ShouldBe(Rung.Engine);
        _scene.See("agent-journal", Subject.Host).Pass(1);
        _scene.Incidents.Single(i => i.Fault == fault).State.ShouldBe(IncidentState.Resolved);
    }

    private void EndNotBegun() => _scene.Apply(_scene.Only.Id, new RecoveryEnded(_scene.Now, false, "a start found no room") { NotBegun = true });
}
