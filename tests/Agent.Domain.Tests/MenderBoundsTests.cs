namespace Agent.Domain.Tests;

/// <summary>Which recovery counts as help for a fault that went away beside it, and how incidents end whose number another device has.</summary>
public sealed class MenderBoundsTests
{
    private static readonly Subject Qwen = Subject.Engine("qwen");
    private static readonly Subject SameCard = Subject.Chip(0, 1);

    private readonly Scene _scene = new();

    public MenderBoundsTests() => _scene.Settings = _scene.Settings with
    {
        Layout = new HostLayout([new EngineOnChips("deepseek", [Scene.Chip0, SameCard], Wanted: true), new EngineOnChips("qwen", [Scene.Chip1], Wanted: true)],
            [Scene.Chip0, SameCard, Scene.Chip1], ResetScope.Card),
    };

    [Theory]
    [InlineData(null, Mender.Agent)]
    [InlineData(-1, Mender.Agent)]
    [InlineData(0, Mender.Agent)]
    [InlineData(1, Mender.Person)]
    public void The_newest_act_counts(int? handAfterTheRecovery, Mender by)
    {
        var other = Recovered(60, Scene.Deepseek);
        var hand = handAfterTheRecovery is { } seconds ? other.EndedAt!.Value.AddSeconds(seconds) : (DateTimeOffset?)null;
        Ended(HandedOver(FaultCodes.EngineConfigError, Scene.Deepseek) with { HandAt = hand }, other).MendedBy.ShouldBe(by);
    }

    [Theory]
    [InlineData(-1, Mender.Person)]
    [InlineData(0, Mender.Agent)]
    [InlineData(1, Mender.Agent)]
    public void A_recovery_helped_if_it_ended_after_the_fault_was_handed_over(int seconds, Mender by) =>
        Ended(HandedOver(FaultCodes.EngineConfigError, Scene.Deepseek), Recovered(seconds, Scene.Deepseek)).MendedBy.ShouldBe(by);

    public static TheoryData<string, Subject, Subject, Mender> Reaches() => new()
    {
        { FaultCodes.EngineConfigError, Scene.Deepseek, Scene.Deepseek, Mender.Agent },
        { FaultCodes.EngineConfigError, Scene.Deepseek, Qwen, Mender.Person },
        { FaultCodes.EngineConfigError, Scene.Deepseek, Scene.Chip0, Mender.Person },
        { FaultCodes.EngineConfigError, Scene.Deepseek, Subject.Driver, Mender.Person },
        { FaultCodes.ChipUnfit, Scene.Chip0, Scene.Chip0, Mender.Agent },
        { FaultCodes.ChipUnfit, Scene.Chip0, SameCard, Mender.Agent },
        { FaultCodes.ChipUnfit, Scene.Chip0, Scene.Chip1, Mender.Person },
        { FaultCodes.ChipUnfit, Scene.Chip0, Subject.Driver, Mender.Agent },
        { FaultCodes.ChipUnfit, Scene.Chip0, Scene.Deepseek, Mender.Person },
        { FaultCodes.ChipUnfit, Scene.Chip0, Subject.Host, Mender.Person },
    };

    [Theory]
    [MemberData(nameof(Reaches))]
    public void A_recovery_reaches_what_it_touched_and_the_chips_that_its_reset_or_its_driver_takes_along(string fault, Subject subject, Subject touched,
        Mender by) => Ended(HandedOver(fault, subject), Recovered(60, touched)).MendedBy.ShouldBe(by);

    [Theory]
    [InlineData(IncidentState.Resolved, Mender.Agent, 1, true)]
    [InlineData(IncidentState.Resolved, Mender.Agent, 0, false)]
    [InlineData(IncidentState.Resolved, Mender.Person, 1, false)]
    [InlineData(IncidentState.Resolved, Mender.Itself, 1, false)]
    [InlineData(IncidentState.HandedOver, null, 1, false)]
    [InlineData(IncidentState.Verifying, null, 1, true)]
    [InlineData(IncidentState.Verifying, null, 0, false)]
    public void Only_a_recovery_that_was_begun_and_ended_well_helps(IncidentState state, Mender? by, int attempts, bool helps)
    {
        var other = Recovered(60, Scene.Deepseek) with { State = state, MendedBy = by, Attempts = [.. Enumerable.Repeat(Rung.Engine, attempts)] };
        var ended = Ended(HandedOver(FaultCodes.EngineConfigError, Scene.Deepseek), other);
        (ended.MendedBy, ended.Reason).ShouldBe(helps ? (Mender.Agent, "mended by the recovery of incident other") : (Mender.Person, "mended by a person"));
    }

    [Fact]
    public void A_note_ends_by_itself_whatever_was_recovered_beside_it()
    {
        var note = Some.Incident("mine", FaultCodes.ChipWarning, Scene.Chip0, IncidentState.Confirmed, Scene.Start);
        Ended(note, Recovered(60, Scene.Chip0)).MendedBy.ShouldBe(Mender.Itself);
    }

    [Theory]
    [InlineData(IncidentState.Suspected, IncidentState.Dismissed)]
    [InlineData(IncidentState.Confirmed, IncidentState.Resolved)]
    [InlineData(IncidentState.HandedOver, IncidentState.Resolved)]
    public void An_incident_whose_number_another_chip_has_ends_with_that_reason(IncidentState before, IncidentState after)
    {
        var ended = Renumbered(before, seconds: 1, Scene.Chip0);
        (ended.State, ended.Reason).ShouldBe((after, "chip:0/0 was 0000:C1 and is 0000:81 now: another chip has its number"));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public void A_look_that_is_not_newer_than_the_fault_gives_its_number_to_nobody(int seconds) =>
        Renumbered(IncidentState.HandedOver, seconds, Scene.Chip0).State.ShouldBe(IncidentState.HandedOver);

    [Fact]
    public void The_name_of_another_chip_says_nothing_of_this_one() =>
        Renumbered(IncidentState.HandedOver, seconds: 1, Scene.Chip1).State.ShouldBe(IncidentState.HandedOver);

    private Incident Renumbered(IncidentState state, int seconds, Subject seen)
    {
        var seenAt = Scene.Start.AddSeconds(5);
        _scene.Incidents.Add(Some.Incident("mine", FaultCodes.ChipUnfit, Scene.Chip0, state, Scene.Start) with { Identity = "0000:C1", LastSeenAt = seenAt });
        // A look that is newer too and says nothing of this chip.
        _scene.Now = seenAt.AddSeconds(2);
        _scene.Show("agent-journal", Subject.Host);
        _scene.Now = seenAt.AddSeconds(seconds);
        _scene.SeeDevice("chip-health", seen, "0000:81", FaultCodes.ChipUnfit);
        return _scene.Incidents[0];
    }

    private static Incident HandedOver(string fault, Subject subject) => Some.Incident("mine", fault, subject, IncidentState.HandedOver, Scene.Start);

    /// <summary>Another incident that a recovery of the agent ended, so many seconds after the first one was handed over.</summary>
    private static Incident Recovered(int seconds, Subject touched)
    {
        var at = Scene.Start.AddSeconds(seconds);
        return Some.Incident("other", FaultCodes.EngineOutputDegraded, Qwen, IncidentState.Resolved, at) with
        {
            EndedAt = at,
            MendedBy = Mender.Agent,
            Attempts = [Rung.Engine],
            Touched = [touched],
        };
    }

    /// <summary>The first incident after its probe saw its subject well for two minutes, while every engine serves.</summary>
    private Incident Ended(params Incident[] incidents)
    {
        _scene.Incidents.AddRange(incidents);
        _scene.Now = Scene.Start.AddMinutes(2);
        var (probe, subject) = (incidents[0].Probe, incidents[0].Subject);
        _scene.Show(probe, subject);
        _scene.Now = Scene.Start.AddMinutes(4);
        _scene.Show("engine-canary", Scene.Deepseek, serving: true).Show("engine-canary", Qwen, serving: true).See(probe, subject);
        _scene.Incidents[0].State.ShouldBe(IncidentState.Resolved);
        return _scene.Incidents[0];
    }
}
