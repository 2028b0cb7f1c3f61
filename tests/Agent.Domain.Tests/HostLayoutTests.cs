namespace Agent.Domain.Tests;

/// <summary>What a fault of one subject has to do with another, and how far a reset reaches.</summary>
public sealed class HostLayoutTests
{
    private const string A = "engine:a";
    private const string B = "engine:b";
    private const string Chip = "chip:0/0";
    private const string Spare = "chip:7/0";

    private static readonly Subject[] Chips =
        [Subject.Chip(0, 0), Subject.Chip(0, 1), Subject.Chip(1, 0), Subject.Chip(1, 1), Subject.Chip(2, 0), Subject.Chip(7, 0)];

    private static readonly EngineOnChips[] Engines =
    [
        new("a", [Chips[0], Chips[1]], Wanted: true), new("b", [Chips[2]], Wanted: true), new("c", [Chips[3], Chips[4]], Wanted: true),
    ];

    [Theory]
    [InlineData(Spare, Spare, true)]
    [InlineData("driver", Spare, true)]
    [InlineData("host", Spare, true)]
    [InlineData(Spare, "driver", true)]
    [InlineData(Spare, "host", true)]
    [InlineData("host", "driver", true)]
    [InlineData(Chip, A, true)]
    [InlineData(A, Chip, true)]
    [InlineData(Chip, "chip:0/1", true)]
    [InlineData(Chip, B, false)]
    [InlineData(B, Chip, false)]
    [InlineData(Spare, A, false)]
    [InlineData(A, Spare, false)]
    [InlineData(A, B, false)]
    [InlineData(Chip, "chip:1/0", false)]
    public void A_fault_may_be_the_echo_of_one_that_it_shares_a_subject_or_an_engine_with(string cause, string echo, bool concerns) =>
        Host(ResetScope.Card).Concerns(Parse(cause), Parse(echo)).ShouldBe(concerns);

    [Theory]
    [InlineData(ResetScope.Chip, "chip:1/1", "1/1")]
    [InlineData(ResetScope.Card, "chip:1/1", "1/0 1/1")]
    [InlineData(ResetScope.Card, "chip:9/0", "9/0")]
    [InlineData(ResetScope.Host, "chip:2/0", "0/0 0/1 1/0 1/1 2/0 7/0")]
    [InlineData(ResetScope.Host, "chip:9/0", "0/0 0/1 1/0 1/1 2/0 7/0 9/0")]
    public void The_chips_that_are_reset_together_stand_in_the_host_s_order(ResetScope scope, string chip, string group) =>
        string.Join(' ', Host(scope).ResetGroup(Parse(chip)).Select(c => c.Id)).ShouldBe(group);

    [Theory]
    [InlineData(ResetScope.Card, "chip:2/0", "c")]
    [InlineData(ResetScope.Card, "chip:0/1", "a")]
    [InlineData(ResetScope.Chip, "chip:1/0", "b")]
    [InlineData(ResetScope.Card, "chip:1/0", null)]
    [InlineData(ResetScope.Host, "chip:0/0", null)]
    [InlineData(ResetScope.Card, Spare, null)]
    [InlineData(ResetScope.Card, A, null)]
    public void The_text_about_a_chip_names_the_one_engine_that_its_reset_touches(ResetScope scope, string subject, string? engine)
    {
        var seen = Some.Observation("chip-health", Parse(subject), Scene.Start);
        Host(scope).KnownOf(seen)?.GetValueOrDefault(Placeholders.Engine).ShouldBe(engine);
        if (engine is null)
            Host(scope).KnownOf(seen).ShouldBeNull();
    }

    public static TheoryData<StepKind, string> Names() => new()
    {
        { StepKind.CollectEvidence, "collect-evidence" },
        { StepKind.CollectAllEvidence, "collect-all-evidence" },
        { StepKind.StopEngine, "stop-engine" },
        { StepKind.WaitForChipMemory, "wait-for-chip-memory" },
        { StepKind.ClearOrphans, "clear-orphans" },
        { StepKind.ResetChip, "reset-chip" },
        { StepKind.RestartDriver, "restart-driver" },
        { StepKind.WaitForChips, "wait-for-chips" },
        { StepKind.StartEngine, "start-engine" },
        { StepKind.VerifyEngine, "verify-engine" },
        { StepKind.CompleteEvidence, "complete-evidence" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_kind_of_step_is_read_by_the_name_under_which_it_was_written(StepKind kind, string name)
    {
        Step.NameOf(kind).ShouldBe(name);
        Step.KindOf(name).ShouldBe(kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("reset")]
    [InlineData("Reset-Chip")]
    public void A_name_that_no_step_has_is_not_read(string name) => Step.KindOf(name).ShouldBeNull();

    [Theory]
    [InlineData("host", "wait-for-chips")]
    [InlineData("driver", "wait-for-chips driver")]
    [InlineData(Chip, "wait-for-chips chip:0/0")]
    [InlineData(A, "wait-for-chips engine:a")]
    public void A_step_names_its_subject_unless_that_is_the_whole_host(string subject, string text) =>
        new Step(StepKind.WaitForChips, Parse(subject)).ToString().ShouldBe(text);

    private static HostLayout Host(ResetScope scope) => new(Engines, Chips, scope);

    private static Subject Parse(string text)
    {
        Subject.TryParse(text, out var subject).ShouldBeTrue();
        return subject;
    }
}
