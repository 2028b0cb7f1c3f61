namespace Agent.Domain.Tests;

/// <summary>Several engines on one host: a step stops exactly those that it touches, and its text says whom and what.</summary>
public sealed class SeveralEnginesTests
{
    private static readonly EngineOnChips A = new("a", [Subject.Chip(0, 0), Subject.Chip(0, 1)], Wanted: true);
    private static readonly EngineOnChips B = new("b", [Subject.Chip(1, 0)], Wanted: true);
    private static readonly EngineOnChips C = new("c", [Subject.Chip(1, 1), Subject.Chip(2, 0)], Wanted: true);

    private readonly Scene _scene = new();

    [Theory]
    [InlineData(ResetScope.Chip, 1, 0, "b", "restarts engine:b; resets 1 chips (1/0)")]
    [InlineData(ResetScope.Card, 0, 0, "a", "restarts engine:a; resets 2 chips (0/0, 0/1)")]
    [InlineData(ResetScope.Card, 1, 0, "b c", "restarts engine:b, engine:c; resets 2 chips (1/0, 1/1)")]
    [InlineData(ResetScope.Host, 2, 0, "a b c", "restarts engine:a, engine:b, engine:c; resets 5 chips (0/0, 0/1, 1/0, 1/1, 2/0)")]
    public void A_reset_stops_the_engines_within_its_scope_and_no_other(ResetScope scope, int card, int chip, string engines, string text)
    {
        Host(scope, A, B, C);
        // Longer than the wait for a word on whether the engine still serves.
        _scene.Keep("chip-health", Subject.Chip(card, chip), FaultCodes.ChipAlarm, seconds: 75);
        ShouldPlan(engines, text);
    }

    [Fact]
    public void A_driver_restart_stops_all_and_starts_them_in_the_order_of_the_configuration()
    {
        Host(ResetScope.Card, C, A, B);
        _scene.Keep("driver-unit", Subject.Driver, FaultCodes.DriverFailed, seconds: 75);
        ShouldPlan("c a b", "restarts engine:c, engine:a, engine:b; restarts the driver of all chips");
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
        ShouldPlan("b", "restarts engine:b; resets 1 chips (1/0)");
        Planned().Steps.Single(s => s.Kind == StepKind.StopEngine).LeavesStuck.ShouldBeTrue("the reset ends what a signal does not");

        _scene.RunSteps(fails: StepKind.StartEngine);
        _scene.Keep("engine-verdict", B.Subject, FaultCodes.EngineUnkillable, seconds: 5);
        _scene.Only.State.ShouldBe(IncidentState.HandedOver);
    }

    private void Host(ResetScope scope, params EngineOnChips[] engines) =>
        _scene.Settings = _scene.Settings with { LookAgainWait = TimeSpan.FromSeconds(3), Layout = new HostLayout(engines, [.. engines.SelectMany(e => e.Chips).OrderBy(c => c.Id, StringComparer.Ordinal)], scope) };

    private RecoveryPlanned Planned() => _scene.Planned[^1];

    private void ShouldPlan(string engines, string text)
    {
        var plan = Planned();
        plan.BlastRadius.ShouldBe(text);
        foreach (var kind in (StepKind[])[StepKind.StopEngine, StepKind.StartEngine, StepKind.VerifyEngine])
            plan.Steps.Where(s => s.Kind == kind).Select(s => s.Subject.Id).ShouldBe(engines.Split(' '));
    }
}
