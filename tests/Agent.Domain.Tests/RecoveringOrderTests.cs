namespace Agent.Domain.Tests;

/// <summary>Which of several incidents is recovered first, and what holds one back without holding back the others.</summary>
public sealed class RecoveringOrderTests
{
    private static readonly EngineOnChips A = new("a", [Subject.Chip(0, 0)], Wanted: true);
    private static readonly EngineOnChips B = new("b", [Subject.Chip(1, 0)], Wanted: true);
    private static readonly DateTimeOffset Since = Scene.Start.AddMinutes(-1);

    private readonly Scene _scene = new();

    public RecoveringOrderTests() => Host(A, B);

    public static TheoryData<Incident, Incident, string> Pairs() => new()
    {
        // What an agent began comes before what was not begun, however wide.
        { Confirmed("other", FaultCodes.EngineUnkillable, A), Interrupted("first", B), "an interrupted recovery" },
        { Confirmed("other", FaultCodes.EngineExited, A), Confirmed("first", FaultCodes.EngineUnkillable, B), "the wider rung of the catalogue" },
        { Confirmed("other", FaultCodes.EngineWorkerDied, A), Confirmed("first", FaultCodes.EngineExited, B) with { Rung = Rung.Orphans }, "the raised rung" },
        { Confirmed("other", FaultCodes.EngineExited, A), Confirmed("first", FaultCodes.EngineWorkerDied, B), "the fault nearer to the cause" },
        {
            Confirmed("other", FaultCodes.EngineExited, A, Since.AddSeconds(1)), Confirmed("first", FaultCodes.EngineExited, B), "the older suspicion"
        },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void One_is_recovered_and_the_other_waits_for_it(Incident other, Incident first, string why)
    {
        _scene.Incidents.AddRange([other, first]);
        _scene.Decide();
        _scene.Incidents[1].State.ShouldBe(IncidentState.Recovering, why);
        (_scene.Incidents[0].State, _scene.Incidents[0].HeldBackReason).ShouldBe((other.State, "one recovery at a time: waits for incident first"));
    }

    [Fact]
    public void A_fault_with_an_open_cause_waits_for_that_by_name()
    {
        _scene.Incidents.Add(Confirmed("echo", FaultCodes.EngineExited, A));
        _scene.Incidents.Add(Some.Incident("cause", FaultCodes.DriverFailed, Subject.Driver, IncidentState.HandedOver, Since));
        _scene.Decide();
        _scene.Incidents[0].HeldBackReason.ShouldBe("waits for incident cause, which explains it");
        _scene.Planned.ShouldBeEmpty();
    }

    [Fact]
    public void An_engine_that_was_stopped_on_request_holds_no_other_back()
    {
        Host(A with { Wanted = false }, B);
        ShouldHoldBackAloneBy("the engines concerned are stopped on request", Confirmed("held", FaultCodes.EngineUnkillable, A));
    }

    [Fact]
    public void A_start_that_waits_for_room_holds_no_other_back()
    {
        _scene.Show("engine-verdict", A.Subject, FaultCodes.EngineStartWithoutRoom);
        ShouldHoldBackAloneBy("waits: " + FaultCodes.EngineStartWithoutRoom, Confirmed("held", FaultCodes.EngineStartWithoutRoom, A));
    }

    [Fact]
    public void A_look_at_what_the_last_recovery_left_holds_no_other_back()
    {
        _scene.Settings = _scene.Settings with { LookAgainWait = TimeSpan.FromSeconds(3) };
        ShouldHoldBackAloneBy("looks at what the last recovery left",
            Confirmed("held", FaultCodes.EngineUnkillable, A) with { Touched = [A.Subject], StateSince = Scene.Start.AddSeconds(-2) });
    }

    [Fact]
    public void Maintenance_of_one_engine_holds_no_other_back()
    {
        _scene.Settings = _scene.Settings with { Maintenances = [new Maintenance(A.Subject, Since, Since.AddHours(1), "ops", "new cables")] };
        ShouldHoldBackAloneBy("maintenance of engine:a by ops: new cables", Confirmed("held", FaultCodes.EngineUnkillable, A));
    }

    [Fact]
    public void An_engine_that_somebody_paused_holds_no_other_back()
    {
        _scene.Show("engine-verdict", A.Subject, FaultCodes.EnginePaused);
        ShouldHoldBackAloneBy("engine:a is paused by somebody; it is not touched until it goes on", Confirmed("held", FaultCodes.EngineWorkerDied, A));
    }

    [Fact]
    public void Mode_observe_says_for_each_what_it_would_do()
    {
        _scene.Settings = _scene.Settings with { Mode = AgentMode.Observe };
        _scene.Incidents.AddRange([Confirmed("one", FaultCodes.EngineExited, A), Confirmed("two", FaultCodes.EngineExited, B)]);
        _scene.Decide();
        _scene.Incidents.ShouldAllBe(i => i.HeldBackReason!.StartsWith("mode is observe; would take rung engine: collect-evidence engine:"));
    }

    [Theory]
    [InlineData(2999, false)]
    [InlineData(3000, true)]
    [InlineData(3001, true)]
    public void The_next_recovery_is_planned_when_the_probes_had_their_time(int milliseconds, bool planned)
    {
        _scene.Settings = _scene.Settings with { LookAgainWait = TimeSpan.FromSeconds(3) };
        _scene.Incidents.Add(Confirmed("mine", FaultCodes.EngineExited, A) with { Touched = [A.Subject], StateSince = Scene.Start });
        _scene.Pass(milliseconds / 1000.0).Planned.Any().ShouldBe(planned);
    }

    [Theory]
    [InlineData(false, 40, 29, true)]
    [InlineData(false, 30, 5, true)]
    [InlineData(false, 29, 5, false)]
    [InlineData(true, 600, 29, false)]
    [InlineData(true, 600, 30, true)]
    public void The_wait_before_a_restart_counts_from_the_failure_and_after_a_recovery_from_its_end(bool touched, int suspected, int entered, bool planned)
    {
        _scene.Settings = _scene.Settings with { BackOff = new RestartBackOff([TimeSpan.Zero, TimeSpan.FromSeconds(30)], TimeSpan.FromHours(1)) };
        _scene.Budgets = _scene.Budgets.With(new BudgetUse(StepKind.StartEngine, A.Subject, Scene.Start.AddMinutes(-15)));
        _scene.Incidents.Add(Confirmed("mine", FaultCodes.EngineExited, A, Scene.Start.AddSeconds(-suspected)) with
        {
            StateSince = Scene.Start.AddSeconds(-entered),
            Touched = touched ? [A.Subject] : [],
        });
        _scene.Decide();
        _scene.Planned.Any().ShouldBe(planned);
        if (!planned)
            _scene.Only.HeldBackReason.ShouldBe("engine:a was restarted 1 time(s) in a row; the next follows 30s after the failure");
    }

    private void ShouldHoldBackAloneBy(string reason, Incident held)
    {
        _scene.Incidents.AddRange([held, Confirmed("free", FaultCodes.EngineNotServing, B)]);
        _scene.Decide();
        (_scene.Incidents[0].State, _scene.Incidents[0].HeldBackReason).ShouldBe((IncidentState.Confirmed, reason));
        _scene.Incidents[1].State.ShouldBe(IncidentState.Recovering, _scene.Incidents[1].HeldBackReason);
    }

    private static Incident Confirmed(string id, string fault, EngineOnChips engine, DateTimeOffset? since = null) =>
        Some.Incident(id, fault, engine.Subject, IncidentState.Confirmed, since ?? Since);

    private static Incident Interrupted(string id, EngineOnChips engine) =>
        Some.Incident(id, FaultCodes.EngineExited, engine.Subject, IncidentState.Interrupted, Since) with
        {
            Rung = Rung.Engine,
            Attempts = [Rung.Engine],
            Touched = [engine.Subject],
            Remaining = [new Step(StepKind.StartEngine, engine.Subject)],
        };

    private void Host(params EngineOnChips[] engines) =>
        _scene.Settings = _scene.Settings with { Layout = new HostLayout(engines, [.. engines.SelectMany(e => e.Chips)], ResetScope.Chip) };
}
