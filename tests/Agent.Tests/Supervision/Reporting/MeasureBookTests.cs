using Agent.Domain.Observations;
using Agent.Probes;
using Agent.Supervision.Reporting;

namespace Agent.Tests.Supervision.Reporting;

public sealed class MeasureBookTests
{
    private static readonly Subject Chip = Subject.Chip(0, 0);

    private bool _mayLook = true;

    [Fact]
    public void Figures_that_charts_need_are_gathered_and_others_are_not()
    {
        var book = new MeasureBook(_ => true);
        book.Take(Look(Seen("chip-usage", Chip, 0) with
        {
            Measures = new Dictionary<string, double> { ["temperature_celsius"] = 40, ["memory_used_bytes"] = 1 },
        }));
        book.Take(Look(Seen("chip-usage", Chip, 10) with { Measures = new Dictionary<string, double> { ["temperature_celsius"] = 44 } }));
        var (key, tally) = book.Drain().Figures.ShouldHaveSingleItem();
        key.ShouldBe((Chip, "temperature_celsius"));
        (tally.Least, tally.Most, tally.Sum, tally.Count).ShouldBe((40, 44, 84, 2));
        book.Drain().IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_look_that_saw_nothing_hides_the_time_since_the_look_before()
    {
        var book = new MeasureBook(_ => true);
        book.Take(Look(Seen("link-health", Subject.Host, 0)));
        book.Take(Look(Seen("link-health", Subject.Host, 300) with { Verdict = Verdict.CouldNotLook }));
        book.Take(Look(Seen("link-health", Subject.Host, 600) with { Verdict = Verdict.CouldNotLook }));
        book.Take(Look(Seen("link-health", Subject.Host, 900)));
        var (key, gap) = book.Drain().Gaps.ShouldHaveSingleItem();
        key.ShouldBe((Subject.Host, "link-health"));
        (gap.Missed, gap.Unseen).ShouldBe((2, TimeSpan.FromSeconds(600)));
    }

    [Theory]
    [InlineData(0, 4000, 3600)]
    [InlineData(100, 40, 0)]
    public void A_host_that_slept_and_a_clock_that_was_set_back_hide_no_time_that_nobody_knows(int first, int second, int seconds)
    {
        var book = new MeasureBook(_ => true);
        book.Take(Look(Seen("link-health", Subject.Host, first)));
        book.Take(Look(Seen("link-health", Subject.Host, second) with { Verdict = Verdict.CouldNotLook }));
        book.Drain().Gaps.Values.ShouldHaveSingleItem().Unseen.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void An_engine_that_loads_or_was_stopped_hides_nothing()
    {
        var book = new MeasureBook(_ => _mayLook);
        _mayLook = false;
        book.Take(Look(Seen("engine-canary", Story.Engine, 0) with { Verdict = Verdict.CouldNotLook }));
        book.Take(Look(Seen("engine-canary", Story.Engine, 30) with { Verdict = Verdict.CouldNotLook }));
        book.Drain().IsEmpty.ShouldBeTrue();
        _mayLook = true;
        book.Take(Look(Seen("engine-canary", Story.Engine, 60) with { Verdict = Verdict.CouldNotLook }));
        book.Drain().Gaps.Values.ShouldHaveSingleItem().Unseen.ShouldBe(TimeSpan.FromSeconds(30));
    }

    private static ProbeLook Look(Observation seen) => new(seen.Probe, seen.Subject, [seen], TimeSpan.Zero);

    private static Observation Seen(string probe, Subject subject, int second) =>
        new() { Probe = probe, Subject = subject, Verdict = Verdict.Healthy, Summary = "seen", At = Story.Start.AddSeconds(second) };
}
