namespace Agent.Domain.Tests;

public sealed class RecoveryPolicyTests
{
    private const string Process = "engine-process";
    private const string Log = "engine-log";
    private const string Health = "engine-health";
    private const string Canary = "engine-canary";
    private const string Chips = "chip-health";

    private readonly Scene _scene = new();

    public static TheoryData<int[]> EveryOrder()
    {
        TheoryData<int[]> orders = [];
        foreach (var order in Permutations([0, 1, 2, 3]))
            orders.Add(order);
        return orders;

        static IEnumerable<int[]> Permutations(int[] items) => items.Length <= 1
            ? [items]
            : items.SelectMany(first => Permutations([.. items.Where(i => i != first)]).Select(rest => (int[])[first, .. rest]));
    }

    [Theory]
    [MemberData(nameof(EveryOrder))]
    public void Lost_chips_are_one_incident_whatever_is_seen_first(int[] order)
    {
        Action[] sightings =
        [
            () => _scene.See(Chips, Subject.Host, FaultCodes.ChipsLost),
            () => _scene.See(Log, Scene.Deepseek, FaultCodes.DeviceNotAvailable, serving: false),
            () => _scene.See(Process, Scene.Deepseek, FaultCodes.EngineExited, serving: false),
            () => _scene.See(Health, Scene.Deepseek, FaultCodes.EngineNotServing, serving: false),
        ];
        foreach (var index in order)
        {
            sightings[index]();
            _scene.Pass(0.1);
        }

        for (var i = 0; i < 8 && _scene.Last.Recovery is null; i++)
        {
            _scene.Pass(1);
            foreach (var sighting in sightings)
                sighting();
        }

        _scene.Only.Fault.ShouldBe(FaultCodes.ChipsLost);
        _scene.Only.Attempts.ShouldBe([Rung.Driver]);
    }

    [Fact]
    public void An_engine_that_ended_is_restarted_evidence_first()
    {
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 4);
        _scene.Only.State.ShouldBe(IncidentState.Recovering);
        _scene.Only.Remaining.Select(s => s.Kind).ShouldBe([StepKind.CollectEvidence, StepKind.StopEngine, StepKind.WaitForChipMemory, StepKind.StartEngine,
            StepKind.CompleteEvidence, StepKind.VerifyEngine]);
    }

    [Fact]
    public void It_is_resolved_only_when_the_probe_is_healthy_and_the_engine_serves_after_the_recovery()
    {
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 4).RunSteps();
        _scene.Only.State.ShouldBe(IncidentState.Verifying);
        _scene.See(Process, Scene.Deepseek);
        _scene.Only.State.ShouldBe(IncidentState.Verifying, "nobody has proven that it serves");
        _scene.See(Canary, Scene.Deepseek, serving: true);
        _scene.Only.State.ShouldBe(IncidentState.Resolved);
    }

    [Fact]
    public void A_recovery_after_which_the_host_is_sick_is_tried_again_and_then_handed_over()
    {
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 4);
        for (var i = 0; i < 6 && _scene.Only.State != IncidentState.HandedOver; i++)
        {
            _scene.RunSteps();
            _scene.See(Process, Scene.Deepseek, FaultCodes.EngineExited, serving: false).Pass(1);
        }

        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
        _scene.Only.Attempts.ShouldBe([Rung.Engine, Rung.Engine, Rung.Orphans]);
    }

    [Fact]
    public void A_configuration_error_found_during_a_recovery_is_handed_over_without_another_start()
    {
        _scene.Settings = _scene.Settings with { LookAgainWait = TimeSpan.FromSeconds(3) };
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 4);
        _scene.Pass(1).See(Log, Scene.Deepseek, FaultCodes.EngineConfigError, serving: false);
        _scene.RunSteps(fails: StepKind.VerifyEngine).Pass(1).Keep(Log, Scene.Deepseek, FaultCodes.EngineConfigError, seconds: 3);
        _scene.Only.Fault.ShouldBe(FaultCodes.EngineConfigError);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
        _scene.Only.Attempts.ShouldBe([Rung.Engine]);
    }

    [Theory]
    [InlineData(2, IncidentState.HandedOver)]
    [InlineData(30, IncidentState.Recovering)]
    public void An_operator_that_refuses_an_engine_that_served_is_worth_one_restart_a_day(int hoursLater, IncidentState state)
    {
        _scene.Keep(Log, Scene.Deepseek, FaultCodes.EngineOperatorFailed, seconds: 4);
        _scene.Only.State.ShouldBe(IncidentState.Recovering);
        _scene.RunSteps().See(Log, Scene.Deepseek).See(Canary, Scene.Deepseek, serving: true);
        _scene.Only.State.ShouldBe(IncidentState.Resolved);

        _scene.Pass(hoursLater * 3600).Keep(Log, Scene.Deepseek, FaultCodes.EngineOperatorFailed, seconds: 4);
        _scene.Incidents[^1].State.ShouldBe(state, _scene.Incidents[^1].Reason);
        _scene.Planned.Count.ShouldBe(state == IncidentState.HandedOver ? 1 : 2);
    }

    [Fact]
    public void A_spent_budget_raises_the_rung_and_then_hands_over()
    {
        _scene.Budgets = new Budgets(
            new Dictionary<StepKind, Budget>
            {
                [StepKind.StartEngine] = new(1, TimeSpan.FromHours(1)),
                [StepKind.ClearOrphans] = new(0, TimeSpan.FromHours(1))
            },
            [new BudgetUse(StepKind.StartEngine, Scene.Deepseek, Scene.Start.AddMinutes(-5))]);
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 4);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
        _scene.Only.Attempts.ShouldBeEmpty();
        _scene.Only.Reason.ShouldContain("budget of clear-orphans spent");
    }

    [Fact]
    public void Without_a_driver_restart_command_lost_chips_are_handed_over()
    {
        _scene.Settings = _scene.Settings with { CanRestartDriver = false };
        _scene.Keep(Chips, Subject.Host, FaultCodes.ChipsLost);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
        _scene.Only.Reason.ShouldContain("no driver restart command is configured");
    }

    [Fact]
    public void Could_not_look_never_leads_to_a_step()
    {
        for (var i = 0; i < 100; i++)
        {
            _scene.See(Chips, Subject.Host, FaultCodes.NpuSmiHangs, verdict: Verdict.CouldNotLook);
            _scene.See(Process, Scene.Deepseek, verdict: Verdict.CouldNotLook).Pass(5);
        }

        _scene.Only.Fault.ShouldBe(FaultCodes.NpuSmiHangs);
        _scene.Only.State.ShouldBe(IncidentState.Confirmed);
        _scene.Only.Attempts.ShouldBeEmpty();
    }

    [Fact]
    public void A_chip_in_alarm_is_left_alone_while_its_engine_serves_and_reset_when_it_stops()
    {
        for (var i = 0; i < 20; i++)
            _scene.See(Chips, Scene.Chip0, FaultCodes.ChipAlarm).See(Canary, Scene.Deepseek, serving: true).Pass(1);
        _scene.Only.State.ShouldBe(IncidentState.Confirmed);
        _scene.Only.HeldBackReason!.ShouldContain("still serves");

        _scene.See(Canary, Scene.Deepseek, FaultCodes.EngineHung, serving: false);
        _scene.Only.Attempts.ShouldBe([Rung.Chip]);
    }

    [Fact]
    public void A_chip_in_alarm_is_reset_when_nobody_can_say_whether_its_engine_serves()
    {
        for (var i = 0; i < 30; i++)
            _scene.See(Chips, Scene.Chip0, FaultCodes.ChipAlarm).Pass(1);
        _scene.Only.HeldBackReason!.ShouldContain("waits to learn");
        for (var i = 0; i < 35; i++)
            _scene.See(Chips, Scene.Chip0, FaultCodes.ChipAlarm).Pass(1);
        _scene.Only.Attempts.ShouldBe([Rung.Chip]);
    }

    [Fact]
    public void A_chip_reset_stops_every_engine_that_it_touches_and_gives_them_back()
    {
        var chip4 = Subject.Chip(4, 0);
        _scene.Settings = _scene.Settings with
        {
            Layout = new HostLayout([new EngineOnChips("deepseek", [Scene.Chip0], true), new EngineOnChips("other", [chip4], true)], [Scene.Chip0, chip4],
                ResetScope.Host),
        };
        _scene.Keep(Chips, Scene.Chip0, FaultCodes.ChipAlarm, seconds: 1).See(Health, Scene.Deepseek, FaultCodes.EngineNotServing, serving: false);
        _scene.See(Health, Subject.Engine("other"), FaultCodes.EngineNotServing, serving: false);
        _scene.Keep(Chips, Scene.Chip0, FaultCodes.ChipAlarm, seconds: 8);
        var steps = _scene.Incidents.Single(i => i.Fault == FaultCodes.ChipAlarm).Remaining;
        steps.Where(s => s.Kind == StepKind.StopEngine).Select(s => s.Subject.Id).ShouldBe(["deepseek", "other"]);
        steps.Where(s => s.Kind == StepKind.StartEngine).ShouldAllBe(s => s.EvenAfterFailure);
        steps[0].Kind.ShouldBe(StepKind.CollectAllEvidence);
    }

    [Fact]
    public void Two_confirmed_incidents_are_recovered_one_after_the_other()
    {
        var chip4 = Subject.Chip(4, 0);
        _scene.Settings = _scene.Settings with
        {
            Layout = new HostLayout([new EngineOnChips("deepseek", [Scene.Chip0], true), new EngineOnChips("other", [chip4], true)], [Scene.Chip0, chip4],
                ResetScope.Card),
        };
        for (var i = 0; i < 12; i++)
        {
            _scene.See(Process, Subject.Engine("other"), FaultCodes.EngineExited, serving: false);
            _scene.See(Chips, Scene.Chip0, FaultCodes.ChipAlarm).See(Health, Scene.Deepseek, FaultCodes.EngineNotServing, serving: false).Pass(1);
        }

        _scene.Incidents.Count(i => i.State == IncidentState.Recovering).ShouldBe(1);
        _scene.Incidents.Single(i => i.State == IncidentState.Confirmed).HeldBackReason!.ShouldContain("one recovery at a time");
    }

    [Fact]
    public void A_suspicion_that_goes_away_is_dismissed_and_one_that_keeps_coming_back_is_believed()
    {
        for (var i = 0; i < 3; i++)
        {
            _scene.See(Process, Scene.Deepseek, FaultCodes.EngineExited).Pass(1);
            _scene.See(Process, Scene.Deepseek).Pass(1);
        }

        _scene.Incidents.ShouldAllBe(i => i.State == IncidentState.Dismissed);
        _scene.See(Process, Scene.Deepseek, FaultCodes.EngineExited);
        _scene.Only.ConfirmedAt.ShouldNotBeNull();
    }

    [Fact]
    public void A_muted_fault_is_not_seen()
    {
        _scene.Settings = _scene.Settings with
        {
            Faults = FaultCatalog.Default.With(new Dictionary<string,
            FaultOverride>
            { [FaultCodes.EngineExited] = new(Muted: true) })
        };
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited);
        _scene.Incidents.ShouldBeEmpty();
    }

    [Fact]
    public void Deciding_twice_on_the_same_input_gives_the_same_plan()
    {
        _scene.Keep(Process, Scene.Deepseek, FaultCodes.EngineExited, seconds: 2);
        var first = RecoveryPolicy.Decide(_scene.Picture, _scene.Incidents, _scene.Budgets, _scene.Settings, _scene.Now.AddSeconds(2));
        var second = RecoveryPolicy.Decide(_scene.Picture, _scene.Incidents, _scene.Budgets, _scene.Settings, _scene.Now.AddSeconds(2));
        first.Changes.Select(c => c.Event.GetType()).ShouldBe(second.Changes.Select(c => c.Event.GetType()));
        var (one, other) = (first.Recovery.ShouldNotBeNull(), second.Recovery.ShouldNotBeNull());
        one.Recovery.Steps.ShouldBe(other.Recovery.Steps);
        (one.IncidentId, one.Recovery with { Steps = [] }).ShouldBe((other.IncidentId, other.Recovery with { Steps = [] }));
    }

    // After a reset the driver may give a chip's number to another chip: its health says nothing about the former one.
    [Fact]
    public void The_health_of_another_chip_with_the_same_number_does_not_verify_and_is_not_mixed_up()
    {
        var scene = new Scene();
        for (var i = 0; i < 12; i++)
            scene.SeeDevice("chip-health", Scene.Chip0, "0000:C1:00.0", FaultCodes.ChipWarning).Pass(4);
        scene.Only.State.ShouldBe(IncidentState.Confirmed);
        scene.Only.Identity.ShouldBe("0000:C1:00.0");

        scene.SeeDevice("chip-health", Scene.Chip0, "0000:81:00.0", FaultCodes.ChipWarning);
        var (former, present) = (scene.Incidents[0], scene.Incidents[1]);
        former.State.ShouldBe(IncidentState.Resolved);
        former.Reason.ShouldContain("another chip has its number");
        present.Identity.ShouldBe("0000:81:00.0");
        present.State.ShouldBe(IncidentState.Suspected);
    }
}
