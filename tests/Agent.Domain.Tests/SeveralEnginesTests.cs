namespace Agent.Domain.Tests;

/// <summary>Several engines on one host: a step stops exactly those that it touches, and its text says whom and what.</summary>
public sealed class SeveralEnginesTests
{
    private static readonly EngineOnChips A = new("a", [Subject.Chip(0, 0), Subject.Chip(0, 1)], Wanted: true);
    private static readonly EngineOnChips B = new("b", [Subject.Chip(1, 0)], Wanted: true);
    private static readonly EngineOnChips C = new("c", [Subject.Chip(1, 1), Subject.Chip(2, 0)], Wanted: true);

    private readonly Scene _scene = new();

    [Theory]
    [InlineData(ResetScope.Chip, 1, 0, "b", "restarts engine:b; resets 1 chip (1/0)")]
    [InlineData(ResetScope.Card, 0, 0, "a", "restarts engine:a; resets 2 chips (0/0, 0/1)")]
    [InlineData(ResetScope.Card, 1, 0, "b c", "restarts engine:b, engine:c; resets 2 chips (1/0, 1/1)")]
    [InlineData(ResetScope.Host, 2, 0, "a b c", "restarts engine:a, engine:b, engine:c; resets 5 chips (0/0, 0/1, 1/0, 1/1, 2/0)")]
    public void A_reset_stops_the_engines_within_its_scope_and_no_other(ResetScope scope, int card, int chip, string engines, string text)
    {
        Host(scope, A, B, C);
        KeepAlarm(Subject.Chip(card, chip), 10, (A, false), (B, false), (C, false));
        ShouldPlan(engines, text);
    }

    [Fact]
    public void A_driver_restart_stops_all_and_starts_them_in_the_order_of_the_configuration()
    {
        Host(ResetScope.Card, C, A, B);
        _scene.Keep("driver-unit", Subject.Driver, FaultCodes.DriverFailed, seconds: 75);
        ShouldPlan("c a b", "restarts engine:c, engine:a, engine:b; restarts the driver of all chips");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(null)]
    public void An_alarm_under_an_engine_that_hangs_restarts_that_one_alone_before_the_board_goes_down_under_another(bool? otherServes)
    {
        Host(ResetScope.Host, A, B);
        KeepAlarm(A.Chips[0], 75, (A, false), (B, otherServes));
        ShouldPlan("a", "restarts engine:a");
        Planned().Rung.ShouldBe(Rung.Engine);
        Planned().Reason.ShouldContain("first the engines that do not serve, alone");
    }

    [Fact]
    public void When_the_narrow_step_has_failed_the_wide_one_follows_and_says_whose_requests_it_costs()
    {
        Host(ResetScope.Host, A, B);
        KeepAlarm(A.Chips[0], 10, (A, false), (B, true));
        _scene.RunSteps(fails: StepKind.VerifyEngine);
        KeepAlarm(A.Chips[0], 10, (A, false), (B, true));
        _scene.Planned.Select(p => p.Rung).ShouldBe([Rung.Engine, Rung.Chip]);
        ShouldPlan("a b", "restarts engine:a, engine:b; resets 3 chips (0/0, 0/1, 1/0); cuts the requests of engine:b, which serves");
    }

    [Fact]
    public void When_the_narrow_step_has_helped_the_alarm_is_left_to_wait()
    {
        Host(ResetScope.Host, A, B);
        KeepAlarm(A.Chips[0], 10, (A, false), (B, true));
        _scene.RunSteps();
        KeepAlarm(A.Chips[0], 30, (A, true), (B, true));
        _scene.Planned.ShouldHaveSingleItem();
        _scene.Only.HeldBackReason!.ShouldContain("engine:a, engine:b still serve; the step would take them down");
    }

    [Fact]
    public void An_alarm_on_a_spare_chip_resets_no_board_under_an_engine_that_serves()
    {
        _scene.Settings = _scene.Settings with { Layout = new HostLayout([A], [.. A.Chips, Subject.Chip(3, 0)], ResetScope.Host) };
        KeepAlarm(Subject.Chip(3, 0), 75, (A, true));
        _scene.Planned.ShouldBeEmpty();
        _scene.Only.HeldBackReason!.ShouldContain("engine:a still serves; the step would take it down");
    }

    [Fact]
    public void A_driver_that_one_engine_lost_is_not_restarted_under_another_before_that_one_was_restarted_alone()
    {
        Host(ResetScope.Host, A, B);
        for (var i = 0; i < 6; i++)
            _scene.See("engine-verdict", A.Subject, FaultCodes.DeviceNotAvailable, serving: false).See("engine-canary", B.Subject, serving: true).Pass(1);
        ShouldPlan("a", "restarts engine:a");
        _scene.RunSteps(fails: StepKind.StartEngine);
        for (var i = 0; i < 6; i++)
            _scene.See("engine-verdict", A.Subject, FaultCodes.DeviceNotAvailable, serving: false).See("engine-canary", B.Subject, serving: true).Pass(1);
        ShouldPlan("a b", "restarts engine:a, engine:b; restarts the driver of all chips; cuts the requests of engine:b, which serves");
    }

    [Fact]
    public void Where_no_engine_serves_the_wide_step_is_not_put_off()
    {
        Host(ResetScope.Host, A, B);
        KeepAlarm(A.Chips[0], 10, (A, false), (B, false));
        _scene.Planned[0].Rung.ShouldBe(Rung.Chip);
    }

    [Fact]
    public void Restarts_that_are_spent_count_as_the_narrow_step()
    {
        Host(ResetScope.Host, A, B);
        _scene.Budgets = new Budgets(new Dictionary<StepKind, Budget> { [StepKind.StartEngine] = new(1, TimeSpan.FromHours(1)) },
            [new BudgetUse(StepKind.StartEngine, A.Subject, Scene.Start.AddMinutes(-5))]);
        KeepAlarm(A.Chips[0], 10, (A, false), (B, true));
        _scene.Planned[0].Rung.ShouldBe(Rung.Chip);
    }

    [Fact]
    public void A_fault_of_one_engine_leaves_the_other_alone()
    {
        Host(ResetScope.Host, A, B);
        _scene.Keep("engine-verdict", A.Subject, FaultCodes.EngineExited);
        ShouldPlan("a", "restarts engine:a");
    }

    [Fact]
    public void An_engine_that_an_operator_stopped_is_not_given_back_by_a_wide_step()
    {
        Host(ResetScope.Host, A, B with { Wanted = false }, C);
        _scene.Keep("driver-unit", Subject.Driver, FaultCodes.DriverFailed, seconds: 75);
        ShouldPlan("a c", "restarts engine:a, engine:c; restarts the driver of all chips");
    }

    [Fact]
    public void Processes_that_no_signal_ends_lead_from_the_engine_to_its_chips_and_no_further()
    {
        Host(ResetScope.Chip, A, B);
        _scene.Keep("engine-verdict", B.Subject, FaultCodes.EngineExited).RunSteps(fails: StepKind.StopEngine);
        _scene.Keep("engine-verdict", B.Subject, FaultCodes.EngineUnkillable, seconds: 5);
        _scene.Only.Attempts.ShouldBe([Rung.Engine, Rung.Chip]);
        ShouldPlan("b", "restarts engine:b; resets 1 chip (1/0)");
        Planned().Steps.Single(s => s.Kind == StepKind.StopEngine).LeavesStuck.ShouldBeTrue("the reset ends what a signal does not");

        _scene.RunSteps(fails: StepKind.StartEngine);
        _scene.Keep("engine-verdict", B.Subject, FaultCodes.EngineUnkillable, seconds: 5);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
    }

    private void KeepAlarm(Subject chip, int seconds, params (EngineOnChips Engine, bool? Serves)[] words)
    {
        for (var i = 0; i < seconds; i++)
        {
            _scene.See("chip-health", chip, FaultCodes.ChipAlarm);
            foreach (var (engine, serves) in words.Where(w => w.Serves is not null))
                _scene.See("engine-canary", engine.Subject, serving: serves);
            _scene.Pass(1);
        }
    }

    private void Host(ResetScope scope, params EngineOnChips[] engines) =>
        _scene.Settings = _scene.Settings with
        {
            LookAgainWait = TimeSpan.FromSeconds(3),
            Layout = new HostLayout(engines, [.. engines.SelectMany(e => e.Chips).OrderBy(c => c.Id, StringComparer.Ordinal)], scope)
        };

    private RecoveryPlanned Planned() => _scene.Planned[^1];

    private void ShouldPlan(string engines, string text)
    {
        var plan = Planned();
        plan.BlastRadius.ShouldBe(text);
        foreach (var kind in (StepKind[])[StepKind.StopEngine, StepKind.StartEngine, StepKind.VerifyEngine])
            plan.Steps.Where(s => s.Kind == kind).Select(s => s.Subject.Id).ShouldBe(engines.Split(' '));
    }
}
