namespace Agent.Domain.Tests;

/// <summary>What ends the verification of a recovery, well or not, and the words for it.</summary>
public sealed class VerifyingBoundsTests
{
    private static readonly Subject Qwen = Subject.Engine("qwen");
    private static readonly Subject Spare = Subject.Chip(7, 0);

    private readonly Scene _scene = new();

    public VerifyingBoundsTests() => Host(qwenWanted: true);

    public static TheoryData<Subject, Subject[], Subject[], bool> Proofs() => new()
    {
        { Scene.Deepseek, [Scene.Deepseek], [Scene.Deepseek], true },
        { Scene.Deepseek, [Scene.Deepseek], [Qwen], false },
        { Scene.Deepseek, [Scene.Deepseek], [], false },
        // The reset took the other engine along, so it has to serve as well.
        { Scene.Chip0, [Scene.Chip0, Scene.Deepseek, Qwen], [Scene.Deepseek], false },
        { Scene.Chip0, [Scene.Chip0, Scene.Deepseek, Qwen], [Qwen], false },
        { Scene.Chip0, [Scene.Chip0, Scene.Deepseek, Qwen], [Scene.Deepseek, Qwen], true },
        // Nothing was done to the engine on the chip, which has to serve all the same.
        { Scene.Chip0, [Scene.Chip0], [Scene.Deepseek], true },
        { Scene.Chip0, [Scene.Chip0], [], false },
        { Spare, [Spare], [], true },
    };

    [Theory]
    [MemberData(nameof(Proofs))]
    public void Every_engine_that_the_subject_or_the_recovery_concerns_has_to_serve(Subject subject, Subject[] touched, Subject[] serving, bool resolved)
    {
        Recovered(subject, touched);
        Well(subject, serving);
        _scene.Only.State.ShouldBe(resolved ? IncidentState.Resolved : IncidentState.Verifying);
    }

    [Theory]
    [InlineData(true, IncidentState.Verifying)]
    [InlineData(false, IncidentState.Resolved)]
    public void An_engine_that_an_operator_stopped_is_not_waited_for(bool wanted, IncidentState state)
    {
        Host(wanted);
        Recovered(Subject.Driver, [Subject.Driver, Scene.Deepseek]);
        Well(Subject.Driver, [Scene.Deepseek]);
        _scene.Only.State.ShouldBe(state);
    }

    public static TheoryData<Subject, Subject[], int?, string, Mender> Words() => new()
    {
        { Spare, [], null, "verified", Mender.Agent },
        { Spare, [], 1, "verified, after a person acted", Mender.Person },
        { Scene.Deepseek, [Scene.Deepseek], null, "verified: engine:deepseek serves again", Mender.Agent },
        { Scene.Deepseek, [Scene.Deepseek], -1, "verified: engine:deepseek serves again", Mender.Agent },
        { Scene.Deepseek, [Scene.Deepseek], 0, "verified: engine:deepseek serves again", Mender.Agent },
        { Scene.Deepseek, [Scene.Deepseek], 1, "verified: engine:deepseek serves again, after a person acted", Mender.Person },
    };

    [Theory]
    [MemberData(nameof(Words))]
    public void The_reason_says_what_serves_again_and_whether_a_person_acted_after_the_last_step(Subject subject, Subject[] serving, int? hand, string reason,
        Mender by)
    {
        Recovered(subject, [subject], hand);
        Well(subject, serving);
        (_scene.Only.Reason, _scene.Only.MendedBy).ShouldBe((reason, (Mender?)by));
    }

    [Theory]
    [InlineData(119, IncidentState.Verifying)]
    [InlineData(120, IncidentState.Verifying)]
    [InlineData(121, IncidentState.Confirmed)]
    public void A_recovery_that_nobody_sees_well_in_its_time_has_failed(int seconds, IncidentState state)
    {
        _scene.Settings = _scene.Settings with { LookAgainWait = TimeSpan.FromSeconds(3) };
        Recovered(Scene.Deepseek, [Scene.Deepseek]);
        _scene.Pass(seconds);
        _scene.Only.State.ShouldBe(state);
        if (state == IncidentState.Confirmed)
            _scene.Only.Reason.ShouldBe("not seen well within 2m after the recovery");
    }

    public static TheoryData<string, Subject, Subject[], IncidentState> Sick() => new()
    {
        // The reset stopped the other engine, though the chip has nothing to do with it.
        { FaultCodes.EngineOutputDegraded, Qwen, [Scene.Chip0, Scene.Deepseek, Qwen], IncidentState.Confirmed },
        // Nothing was done to the engine on the chip.
        { FaultCodes.EngineOutputDegraded, Scene.Deepseek, [Scene.Chip0], IncidentState.Confirmed },
        { FaultCodes.EngineOutputDegraded, Qwen, [Scene.Chip0, Scene.Deepseek], IncidentState.Resolved },
        { FaultCodes.EngineSlow, Scene.Deepseek, [Scene.Chip0, Scene.Deepseek], IncidentState.Resolved },
    };

    [Theory]
    [MemberData(nameof(Sick))]
    public void A_fault_of_what_the_recovery_touched_or_concerned_fails_it_though_all_else_is_well(string fault, Subject subject, Subject[] touched,
        IncidentState state)
    {
        _scene.Settings = _scene.Settings with { LookAgainWait = TimeSpan.FromSeconds(3) };
        Recovered(Scene.Chip0, touched);
        _scene.Now += TimeSpan.FromSeconds(1);
        _scene.Show("engine-verdict", subject, fault);
        Well(Scene.Chip0, [Scene.Deepseek, Qwen]);
        var mine = _scene.Incidents.Single(i => i.Id == "mine");
        mine.State.ShouldBe(state);
        if (state == IncidentState.Confirmed)
            mine.Reason.ShouldBe($"after the recovery: {fault}");
    }

    private void Recovered(Subject subject, Subject[] touched, int? hand = null)
    {
        var fault = subject.Kind switch
        {
            SubjectKind.Engine => FaultCodes.EngineExited,
            SubjectKind.Driver => FaultCodes.DriverFailed,
            _ => FaultCodes.ChipAlarm,
        };
        _scene.Incidents.Add(Some.Incident("mine", fault, subject, IncidentState.Verifying, Scene.Start) with
        {
            Touched = touched,
            Attempts = [Rung.Engine],
            HandAt = hand is { } seconds ? Scene.Start.AddSeconds(seconds) : null,
        });
    }

    private void Well(Subject subject, IEnumerable<Subject> serving)
    {
        _scene.Now += TimeSpan.FromSeconds(2);
        foreach (var engine in serving)
            _scene.Show("engine-canary", engine, serving: true);
        _scene.See(Some.Probe(subject), subject);
    }

    private void Host(bool qwenWanted) => _scene.Settings = _scene.Settings with
    {
        Layout = new HostLayout([new EngineOnChips("deepseek", [Scene.Chip0], Wanted: true), new EngineOnChips("qwen", [Scene.Chip1], qwenWanted)],
            [Scene.Chip0, Scene.Chip1, Spare], ResetScope.Host),
    };
}
