namespace Agent.Domain.Tests;

/// <summary>What an incident keeps of its past, and what a newly started agent makes of its times.</summary>
public sealed class IncidentBoundsTests
{
    private static readonly DateTimeOffset Now = Scene.Start.AddHours(1);

    [Theory]
    [InlineData(IncidentState.Suspected, -60, -60)]
    [InlineData(IncidentState.Confirmed, -60, -60)]
    [InlineData(IncidentState.Confirmed, 0, 0)]
    [InlineData(IncidentState.Confirmed, 60, 0)]
    [InlineData(IncidentState.HandedOver, -60, -60)]
    [InlineData(IncidentState.Verifying, -60, 0)]
    [InlineData(IncidentState.Verifying, 60, 0)]
    public void A_new_agent_begins_a_verification_anew_and_moves_other_times_only_out_of_the_future(IncidentState state, int entered, int kept)
    {
        var at = Now.AddSeconds(entered);
        var taken = (Some.Incident("i", FaultCodes.EngineExited, Scene.Deepseek, state, at) with { ConfirmedAt = at, EndedAt = at }).TakenUp(Now);
        var earlier = entered < 0 ? at : Now;
        taken.StateSince.ShouldBe(Now.AddSeconds(kept));
        (taken.SuspectedAt, taken.NamedAt, taken.LastSeenAt).ShouldBe((earlier, earlier, earlier));
        (taken.ConfirmedAt, taken.EndedAt).ShouldBe((earlier, earlier));
    }

    public static TheoryData<StepKind?, Rung[], Rung[], Rung[]> Interruptions() => new()
    {
        { StepKind.ResetChip, [Rung.Chip], [], [Rung.Chip] },
        { StepKind.RestartDriver, [Rung.Engine, Rung.Driver], [], [Rung.Driver] },
        // It went on and was interrupted again: one recovery is listed once.
        { StepKind.ResetChip, [Rung.Chip], [Rung.Chip], [Rung.Chip] },
        { StepKind.ResetChip, [Rung.Engine, Rung.Orphans, Rung.Chip], [Rung.Chip], [Rung.Chip] },
        { StepKind.ResetChip, [Rung.Chip, Rung.Chip], [Rung.Chip], [Rung.Chip, Rung.Chip] },
        { StepKind.RestartDriver, [Rung.Chip, Rung.Driver], [Rung.Chip], [Rung.Chip, Rung.Driver] },
        { StepKind.StartEngine, [Rung.Engine], [], [] },
        { StepKind.WaitForChips, [Rung.Chip], [], [] },
        { null, [Rung.Chip], [], [] },
        { StepKind.ResetChip, [], [], [] },
    };

    [Theory]
    [MemberData(nameof(Interruptions))]
    public void A_recovery_is_cut_short_once_if_the_agent_ended_in_its_reset_or_restart(StepKind? running, Rung[] attempts, Rung[] before, Rung[] after)
    {
        var incident = Some.Incident(IncidentState.Recovering) with
        {
            Running = running is { } kind ? new Step(kind, Scene.Chip0) : null,
            Attempts = attempts,
            CutShort = before,
        };
        incident.Apply(new Interrupted(Now, "the agent ended")).CutShort.ShouldBe(after);
    }

    [Fact]
    public void The_lines_of_the_echo_stay_when_the_cause_brings_its_own()
    {
        var echo = Some.Incident() with { Evidence = ["it ended", "both saw this"] };
        echo.Apply(new CauseFound(Now, FaultCodes.ChipsLost, Subject.Host, "chip-health", "gone", ["both saw this", "no chip"])).Evidence
            .ShouldBe(["it ended", "both saw this", "both saw this", "no chip"]);
    }
}
