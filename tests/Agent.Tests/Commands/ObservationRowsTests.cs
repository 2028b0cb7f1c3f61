using Agent.Commands;
using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Reports;
using Agent.Screens;

namespace Agent.Tests.Commands;

/// <summary>The table of <c>status</c> and <c>check</c>.</summary>
public sealed class ObservationRowsTests
{
    private static readonly DateTimeOffset Now = Story.Start;
    private static readonly Subject Chip = Subject.Chip(2, 1);

    [Fact]
    public void A_chip_has_one_row_however_many_probes_look_at_it()
    {
        var rows = Rows(
            Seen("chip-health", Subject.Chip(10, 0), "OK"), Seen("chip-health", Chip, "OK"), Seen("chip-usage", Subject.Host, "16 chips"),
            Seen("chip-usage", Subject.Chip(10, 0), "AI core 0 %"), Seen("chip-usage", Chip, "AI core 25 %"), Seen("link-health", Chip, "link UP"));
        rows.Select(r => r[2]).ShouldBe(["host", "chip:2/1", "chip:10/0"]);
        rows[1].Skip(1).ShouldBe(["3 probes", "chip:2/1", "OK; AI core 25 %; link UP"]);
        rows[2][1].ShouldBe("2 probes");
    }

    [Fact]
    public void What_is_wrong_with_a_chip_stands_first_with_the_probe_that_saw_it()
    {
        var rows = Rows(
            Seen("chip-health", Chip, "OK"), Seen("chip-heat", Chip, "no answer", Verdict.CouldNotLook),
            Seen("link-health", Chip, "link DOWN", Verdict.Faulty));
        rows.ShouldHaveSingleItem().ShouldBe([Terminal.Mark(Verdict.Faulty), "link-health, chip-heat", "chip:2/1", "link DOWN; no answer; OK"]);
    }

    [Theory]
    [InlineData(Verdict.Healthy)]
    [InlineData(Verdict.Faulty)]
    [InlineData(Verdict.CouldNotLook)]
    public void What_is_stale_is_marked_so_with_its_age_whatever_it_said(Verdict verdict)
    {
        var old = Seen("disk-space", Subject.Host, "76 GiB free", verdict) with { At = Now.AddMinutes(-7), ValidFor = TimeSpan.FromMinutes(5) };
        Rows(old).ShouldHaveSingleItem().ShouldBe([Terminal.Yellow("stale"), "disk-space", "host", $"76 GiB free ({Terminal.Yellow("stale, seen 7m ago")})"]);
        ObservationRows.Of([ObservationDocument.Of(old, Now)], Language.Chinese).Single()[3].ShouldContain("已过期，7m 前所见");
        var document = ObservationDocument.Of(old, Now);
        (document.Stale, document.AgeSeconds).ShouldBe((true, 420));
    }

    [Fact]
    public void A_stale_look_at_a_chip_leaves_no_green_mark_and_hides_no_fault()
    {
        var old = Seen("chip-usage", Chip, "AI core 25 %") with { At = Now.AddMinutes(-7), ValidFor = TimeSpan.FromMinutes(5) };
        Rows(Seen("chip-health", Chip, "OK"), old).ShouldHaveSingleItem()[0].ShouldBe(Terminal.Yellow("stale"));
        Rows(Seen("chip-health", Chip, "alarm", Verdict.Faulty), old).ShouldHaveSingleItem()[0].ShouldBe(Terminal.Mark(Verdict.Faulty));
    }

    [Fact]
    public void What_is_from_the_future_is_neither_stale_nor_of_a_negative_age()
    {
        var ahead = ObservationDocument.Of(Seen("disk-space", Subject.Host, "free") with { At = Now.AddHours(1) }, Now);
        (ahead.Stale, ahead.AgeSeconds).ShouldBe((false, 0));
    }

    private static List<IReadOnlyList<string>> Rows(params Observation[] seen) =>
        [.. ObservationRows.Of(seen.Select(o => ObservationDocument.Of(o, Now)), Language.English)];

    private static Observation Seen(string probe, Subject subject, string summary, Verdict verdict = Verdict.Healthy) =>
        new() { Probe = probe, Subject = subject, Verdict = verdict, Summary = summary, At = Now, Fault = verdict == Verdict.Faulty ? "chip-alarm" : null };
}
