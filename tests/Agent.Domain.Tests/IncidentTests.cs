namespace Agent.Domain.Tests;

public sealed class IncidentTests
{
    private static readonly DateTimeOffset At = Scene.Start.AddMinutes(1);

    public static TheoryData<IncidentState, IncidentEvent, IncidentState> Life() => new()
    {
        { IncidentState.Suspected, new Dismissed(At, ""), IncidentState.Dismissed },
        { IncidentState.Suspected, new Confirmed(At, ""), IncidentState.Confirmed },
        { IncidentState.Confirmed, new RecoveryPlanned(At, Rung.Engine, [], "", ""), IncidentState.Recovering },
        { IncidentState.Recovering, new RecoveryEnded(At, true, ""), IncidentState.Verifying },
        { IncidentState.Recovering, new RecoveryEnded(At, false, ""), IncidentState.Confirmed },
        { IncidentState.Recovering, new Interrupted(At, ""), IncidentState.Interrupted },
        { IncidentState.Interrupted, new RecoveryPlanned(At, Rung.Engine, [], "", ""), IncidentState.Recovering },
        { IncidentState.Verifying, new VerificationFailed(At, ""), IncidentState.Confirmed },
        { IncidentState.Confirmed, new HandedOver(At, ""), IncidentState.HandedOver },
        { IncidentState.HandedOver, new Resolved(At, ""), IncidentState.Resolved },
        { IncidentState.Confirmed, new HeldBack(At, "why"), IncidentState.Confirmed },
        { IncidentState.Suspected, new SeenAgain(At, ""), IncidentState.Suspected },
        { IncidentState.Resolved, new Confirmed(At, ""), IncidentState.Resolved },
        { IncidentState.Dismissed, new Confirmed(At, ""), IncidentState.Dismissed },
    };

    [Theory]
    [MemberData(nameof(Life))]
    public void An_event_moves_the_state_as_the_table_says(IncidentState before, IncidentEvent happened, IncidentState after) =>
        Some.Incident(before).Apply(happened).State.ShouldBe(after);

    [Fact]
    public void A_cause_that_is_found_gives_the_incident_its_name_and_keeps_the_former()
    {
        var incident = Some.Incident().Apply(new CauseFound(At, FaultCodes.ChipsLost, Subject.Host, "chip-health", "gone", []));
        incident.Fault.ShouldBe(FaultCodes.ChipsLost);
        incident.Subject.ShouldBe(Subject.Host);
        incident.FormerNames.ShouldBe([(FaultCodes.EngineExited, Scene.Deepseek)]);
    }

    [Fact]
    public void A_bundle_that_two_agents_wrote_down_is_one_bundle()
    {
        var incident = Some.Incident(IncidentState.Recovering);
        foreach (var path in (string[])["/b/a-full-1.tar.gz", "/b/a-full-1.tar.gz", "/b/a-full-2.tar.gz"])
            incident = incident.Apply(new EvidenceSecured(At, path, Full: true));
        incident.Bundles.ShouldBe(["/b/a-full-1.tar.gz", "/b/a-full-2.tar.gz"]);
    }

    [Theory]
    [InlineData(2, 59, true)]
    [InlineData(2, 60, false)]
    [InlineData(1, 59, false)]
    [InlineData(2, -600, true)]
    public void A_budget_counts_what_lies_in_its_window_and_what_a_clock_set_back_put_in_the_future(int uses, int minutesAgo, bool refused)
    {
        var budgets = new Budgets(
            new Dictionary<StepKind, Budget> { [StepKind.ResetChip] = new(2, TimeSpan.FromHours(1)) },
            [.. Enumerable.Repeat(new BudgetUse(StepKind.ResetChip, Scene.Chip0, At.AddMinutes(-minutesAgo)), uses)]);
        (budgets.Refusal(StepKind.ResetChip, Scene.Chip0, At) is not null).ShouldBe(refused);
        budgets.Refusal(StepKind.ResetChip, Scene.Chip1, At).ShouldBeNull();
        (budgets.Left(StepKind.ResetChip, Scene.Chip0, At) == 0).ShouldBe(refused);
        budgets.Left(StepKind.StopEngine, Scene.Deepseek, At).ShouldBeNull();
    }

    [Theory]
    [InlineData("host")]
    [InlineData("driver")]
    [InlineData("chip:2944/1")]
    [InlineData("chip:0/0")]
    [InlineData("chip:2147483647/10")]
    [InlineData("engine:deep-seek")]
    public void A_subject_reads_as_it_was_written(string text)
    {
        Subject.TryParse(text, out var subject).ShouldBeTrue();
        subject.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("engine:")]
    [InlineData("chip:7")]
    [InlineData("hosts")]
    [InlineData("engine")]
    [InlineData("chip")]
    [InlineData(":host")]
    [InlineData("host:")]
    [InlineData("host:1")]
    [InlineData("driver:1")]
    [InlineData("chip:a/b")]
    [InlineData("chip:0/b")]
    [InlineData("chip:/")]
    [InlineData("chip:1/")]
    [InlineData("chip:/1")]
    [InlineData("chip:1/2/3")]
    [InlineData("chip:-1/0")]
    [InlineData("chip:+1/0")]
    [InlineData("chip: 1/0")]
    [InlineData("chip:1/0 ")]
    [InlineData("chip:00/0")]
    [InlineData("chip:0/01")]
    [InlineData("chip:2147483648/0")]
    [InlineData("chip:\u0661/0")]
    public void What_is_no_subject_is_not_read_as_one(string text) => Subject.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Only_a_chip_has_a_card_and_a_chip_number()
    {
        Subject.Chip(2944, 1).CardAndChip().ShouldBe((2944, 1));
        Subject[] others = [Subject.Host, Subject.Driver, Subject.Engine("0/1"), new(SubjectKind.Chip, "0"), new(SubjectKind.Chip, "0/0/0"),
            new(SubjectKind.Chip, "a/b"),
            new(SubjectKind.Chip, "0/99999999999"), new(SubjectKind.Chip, "")];
        foreach (var other in others)
            Should.Throw<InvalidOperationException>(() => other.CardAndChip()).Message.ShouldBe($"{other} is no chip");
    }

    [Fact]
    public void A_late_observation_changes_nothing_and_a_stale_one_says_nothing()
    {
        var newest = Some.Observation("p", Subject.Host, At);
        var picture = HostPicture.Empty.With(newest).With(newest with { At = At.AddSeconds(-1), Summary = "late" });
        picture.Find("p", Subject.Host)!.Summary.ShouldBe("well");
        // Much older is no late one: the clock was set back, and this is the present by it.
        picture.With(newest with { At = At.AddHours(-1), Summary = "after the clock" }).Find("p", Subject.Host)!.Summary.ShouldBe("after the clock");
        picture.Fresh(At + newest.ValidFor).ShouldHaveSingleItem();
        picture.Fresh(At + newest.ValidFor + TimeSpan.FromSeconds(1)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0.85, "850ms")]
    [InlineData(4.2, "4.2s")]
    [InlineData(120, "2m")]
    [InlineData(5400, "1h30m")]
    [InlineData(259200, "3d")]
    public void Durations_read_as_people_write_them(double seconds, string text) => Durations.Text(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
}
