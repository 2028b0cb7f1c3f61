namespace Agent.Domain.Tests;

/// <summary>Which rung is taken, what its steps are, whom it costs, and what it leaves alone because it serves.</summary>
public sealed class LadderBoundsTests
{
    private static readonly EngineOnChips A = new("a", [Subject.Chip(0, 0)], Wanted: true);
    private static readonly EngineOnChips B = new("b", [Subject.Chip(1, 0)], Wanted: true);
    private static readonly EngineOnChips C = new("c", [Subject.Chip(2, 0)], Wanted: true);
    private static readonly Subject Spare = Subject.Chip(7, 0);

    private readonly Scene _scene = new();

    public LadderBoundsTests() => Host(ResetScope.Chip, A, B);

    [Fact]
    public void A_raised_rung_is_written_down_with_its_reason()
    {
        Limit(StepKind.StartEngine, 0);
        Confirmed(FaultCodes.EngineExited, A.Subject);
        _scene.Decide();
        _scene.Last.Changes.Select(c => c.Event).OfType<RungRaised>().ShouldHaveSingleItem()
            .ShouldBe(new RungRaised(Scene.Start, Rung.Engine, Rung.Orphans, "budget of start-engine spent: 0 of 0 in 1h"));
        Planned().Rung.ShouldBe(Rung.Orphans);
    }

    [Theory]
    [InlineData(true, Rung.Chip)]
    [InlineData(false, Rung.Driver)]
    public void Without_a_command_for_chip_resets_only_that_rung_is_left_out(bool canReset, Rung rung)
    {
        _scene.Settings = _scene.Settings with { CanResetChips = canReset };
        Confirmed(FaultCodes.ChipAlarm, Spare);
        See((A, false), (B, false));
        Planned().Rung.ShouldBe(rung);
        _scene.Last.Changes.Select(c => c.Event).OfType<RungRaised>().Select(r => r.Reason)
            .ShouldBe(canReset ? [] : ["no chip reset command is configured"]);
        _scene.Incidents.Clear();
        Confirmed(FaultCodes.EngineExited, A.Subject);
        _scene.Decide();
        Planned().Rung.ShouldBe(Rung.Engine);
    }

    public static TheoryData<string, Subject, IncidentState, int, int, bool> Lately() => new()
    {
        { FaultCodes.EngineOperatorFailed, A.Subject, IncidentState.Resolved, 1, 86399, true },
        { FaultCodes.EngineOperatorFailed, A.Subject, IncidentState.Resolved, 1, 86400, false },
        { FaultCodes.EngineOperatorFailed, A.Subject, IncidentState.Resolved, 1, 86401, false },
        { FaultCodes.EngineOperatorFailed, A.Subject, IncidentState.Resolved, 0, 60, false },
        { FaultCodes.EngineOperatorFailed, B.Subject, IncidentState.Resolved, 1, 60, false },
        { FaultCodes.EngineExited, A.Subject, IncidentState.Resolved, 1, 60, false },
        { FaultCodes.EngineOperatorFailed, A.Subject, IncidentState.Dismissed, 0, 60, false },
    };

    [Theory]
    [MemberData(nameof(Lately))]
    public void A_fault_is_a_person_s_if_a_recovery_from_it_on_the_same_engine_ended_less_than_a_day_ago(string fault, Subject subject, IncidentState state,
        int attempts, int secondsAgo, bool handedOver)
    {
        var ended = Scene.Start.AddSeconds(-secondsAgo);
        _scene.Incidents.Add(Some.Incident("earlier", fault, subject, state, ended) with
        {
            EndedAt = ended,
            Attempts = [.. Enumerable.Repeat(Rung.Engine, attempts)],
        });
        Confirmed(FaultCodes.EngineOperatorFailed, A.Subject);
        _scene.Decide();
        _scene.Incidents[1].State.ShouldBe(handedOver ? IncidentState.HandedOver : IncidentState.Recovering);
    }

    [Theory]
    [InlineData(FaultCodes.EngineExited, null)]
    [InlineData(FaultCodes.EngineUnkillable, "engine:a still serves; the step would take it down")]
    public void A_wide_step_for_an_engine_waits_while_that_serves_and_a_restart_of_it_does_not(string fault, string? held)
    {
        Confirmed(fault, A.Subject);
        _scene.See("engine-canary", A.Subject, serving: true);
        (_scene.Only.HeldBackReason, _scene.Planned.Any()).ShouldBe((held, held is null));
    }

    [Fact]
    public void The_fault_of_a_chip_restarts_no_engine_that_serves()
    {
        Confirmed(FaultCodes.ChipError, A.Chips[0]);
        _scene.See("engine-canary", A.Subject, serving: true);
        _scene.Only.HeldBackReason.ShouldBe("engine:a still serves; the step would take it down");
    }

    [Theory]
    [InlineData(ResetScope.Chip, 0, true)]
    [InlineData(ResetScope.Host, 59, false)]
    [InlineData(ResetScope.Host, 60, true)]
    public void A_spare_chip_is_reset_at_once_unless_engines_that_nobody_can_tell_about_go_down_with_it(ResetScope scope, int seconds, bool planned)
    {
        Host(scope, A, B);
        Confirmed(FaultCodes.ChipAlarm, Spare);
        _scene.Pass(seconds);
        (_scene.Only.HeldBackReason, _scene.Planned.Any()).ShouldBe((planned ? null : "waits to learn whether the engines concerned still serve", planned));
        if (planned)
            Planned().BlastRadius.ShouldBe(scope == ResetScope.Chip ? "resets 1 chip (7/0)" : "restarts engine:a, engine:b; resets 3 chips (0/0, 1/0, 7/0)");
    }

    public static TheoryData<Subject, bool?, bool?, bool> Waits() => new()
    {
        // One engine of the subject is known to be down: the answer of another one of it changes nothing.
        { Subject.Driver, false, null, false },
        { Subject.Driver, null, false, false },
        { Subject.Driver, null, null, true },
        // The other engine only goes down with the board. Its answer is waited for, and its being down says nothing of the first.
        { A.Chips[0], false, null, true },
        { A.Chips[0], null, false, true },
        { A.Chips[0], null, true, true },
        { A.Chips[0], null, null, true },
        { A.Chips[0], false, false, false },
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public void A_wide_step_waits_for_answers_that_may_still_spare_an_engine(Subject subject, bool? a, bool? b, bool waits)
    {
        Host(ResetScope.Host, A, B);
        Confirmed(subject == Subject.Driver ? FaultCodes.DriverFailed : FaultCodes.ChipAlarm, subject);
        See((A, a), (B, b));
        _scene.Only.HeldBackReason.ShouldBe(waits ? "waits to learn whether the engines concerned still serve" : null);
        _scene.Planned.Any().ShouldBe(!waits);
    }

    [Theory]
    [InlineData(Rung.Chip, Rung.Engine)]
    [InlineData(Rung.Engine, Rung.Driver)]
    public void The_sick_engine_is_restarted_alone_before_the_driver_unless_that_was_tried(Rung tried, Rung next)
    {
        Host(ResetScope.Host, A, B);
        Confirmed(FaultCodes.ChipAlarm, A.Chips[0], Rung.Driver, tried);
        See((A, false), (B, true));
        (Planned().Rung, Planned().BlastRadius).ShouldBe((next, next == Rung.Engine
            ? "restarts engine:a"
            : "restarts engine:a, engine:b; restarts the driver of all chips; cuts the requests of engine:b, which serves"));
    }

    [Fact]
    public void The_requests_of_several_engines_are_named_together()
    {
        Host(ResetScope.Host, A, B, C);
        Confirmed(FaultCodes.ChipAlarm, A.Chips[0], Rung.Driver, Rung.Engine);
        See((A, false), (B, true), (C, true));
        Planned().BlastRadius.ShouldBe(
            "restarts engine:a, engine:b, engine:c; restarts the driver of all chips; cuts the requests of engine:b, engine:c, which serve");
    }

    [Theory]
    [InlineData(FaultCodes.EngineExited, "complete-evidence engine:a")]
    [InlineData(FaultCodes.EngineUnkillable, "wait-for-chip-memory engine:a|start-engine engine:a|complete-evidence engine:a")]
    public void After_a_failed_step_the_evidence_is_completed_and_after_a_wide_one_the_engines_are_given_back(string fault, string steps)
    {
        Confirmed(fault, A.Subject);
        See((A, false));
        string.Join('|', Planned().Steps.Where(s => s.EvenAfterFailure)).ShouldBe(steps);
    }

    [Fact]
    public void An_interrupted_recovery_with_no_step_left_verifies_the_wanted_engines_that_it_touched()
    {
        Host(ResetScope.Host, A, B, C with { Wanted = false });
        _scene.Incidents.Add(Some.Incident("mine", FaultCodes.ChipAlarm, A.Chips[0], IncidentState.Interrupted, Scene.Start) with
        {
            Rung = Rung.Chip,
            Attempts = [Rung.Chip],
            Touched = [A.Chips[0], A.Subject, C.Subject],
        });
        _scene.Decide();
        (string.Join('|', Planned().Steps), Planned().BlastRadius).ShouldBe(("verify-engine engine:a", "nothing"));
    }

    private void Confirmed(string fault, Subject subject, Rung? rung = null, params Rung[] attempts) =>
        _scene.Incidents.Add(Some.Incident($"{fault} of {subject}", fault, subject, IncidentState.Confirmed, Scene.Start) with
        {
            Rung = rung,
            Attempts = attempts,
        });

    private void See(params (EngineOnChips Engine, bool? Serves)[] words)
    {
        foreach (var (engine, serves) in words.Where(w => w.Serves is not null))
            _scene.Show("engine-canary", engine.Subject, serving: serves);
        _scene.Decide();
    }

    private void Limit(StepKind kind, int attempts) =>
        _scene.Budgets = new Budgets(new Dictionary<StepKind, Budget> { [kind] = new(attempts, TimeSpan.FromHours(1)) }, []);

    private void Host(ResetScope scope, params EngineOnChips[] engines) =>
        _scene.Settings = _scene.Settings with { Layout = new HostLayout(engines, [.. engines.SelectMany(e => e.Chips), Spare], scope) };

    private RecoveryPlanned Planned() => _scene.Planned[^1];
}
