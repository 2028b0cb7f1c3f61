using Agent.Domain.Availability;

namespace Agent.Domain.Tests;

public sealed class AvailabilityFiguresTests
{
    private static readonly DateTimeOffset Start = Scene.Start;

    [Fact]
    public void Unknown_and_planned_time_is_neither_up_nor_down()
    {
        var figures = Figures(0, 1000, Up(0, 400), Down(400, 410), Unknown(410, 500), Planned(500, 600), Up(600, 700));
        (Seconds(figures.Up), Seconds(figures.Down), Seconds(figures.Planned), Seconds(figures.Unknown)).ShouldBe((500, 10, 100, 390));
        figures.Availability!.Value.ShouldBe(500.0 / 510, 1e-9);
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(-500, 0)]
    [InlineData(1000, 1000)]
    public void Of_a_window_without_spans_all_is_unknown_and_there_is_no_availability(int from, int to)
    {
        var figures = Figures(from, to);
        (Seconds(figures.Unknown), figures.Availability, figures.TimeToDetect, figures.TimeToRecover, figures.TimeBetween, figures.Budget!.LeftRatio)
            .ShouldBe((to - from, null, null, null, null, null));
    }

    [Theory]
    [InlineData(0, 100, 10)]
    [InlineData(45, 100, 5)]
    [InlineData(0, 42, 2)]
    [InlineData(43, 47, 4)]
    [InlineData(50, 100, 0)]
    public void A_window_cuts_spans_at_its_ends(int from, int to, int lost) =>
        Seconds(Figures(from, to, Up(0, 40), Down(40, 50), Up(50, 100)).Down).ShouldBe(lost);

    [Fact]
    public void An_outage_with_unknown_time_in_it_is_one_interruption_and_only_its_known_time_is_lost()
    {
        var figures = Figures(0, 1000, Up(0, 100), Down(100, 110), Unknown(110, 150), Down(150, 160), Up(160, 1000));
        var only = figures.Interruptions.ShouldHaveSingleItem();
        (only.From, only.To, Seconds(only.Lost), only.IsOver).ShouldBe((Start.AddSeconds(100), Start.AddSeconds(160), 20, true));
        Seconds(figures.TimeToRecover!.Mean).ShouldBe(60);
    }

    [Fact]
    public void Times_to_detect_to_recover_and_between_are_spread_over_all_outages()
    {
        var figures = Figures(0, 1000,
            Up(0, 100), Down(100, 110, detected: 102), Up(110, 210), Down(210, 240, detected: 214), Up(240, 440), Down(440, 460), Up(460, 900),
            Down(900, 1000));
        figures.Interruptions.Count.ShouldBe(4);
        figures.TimeToDetect.ShouldBe(new Spread(2, Time(3), Time(3), Time(4)));
        figures.TimeToRecover.ShouldBe(new Spread(3, Time(20), Time(20), Time(30)));
        figures.TimeBetween.ShouldBe(new Spread(3, TimeSpan.FromSeconds(740) / 3, Time(200), Time(440)));
    }

    [Fact]
    public void How_long_an_outage_took_that_began_before_the_window_is_not_told()
    {
        var figures = Figures(105, 300, Up(0, 100), Down(100, 110, detected: 107), Up(110, 300));
        (Seconds(figures.Down), figures.Interruptions.Count, figures.TimeToDetect, figures.TimeToRecover).ShouldBe((5, 1, null, null));
    }

    [Theory]
    [InlineData(0.99, 1000, 5, 0.5, 0.5)]
    [InlineData(0.99, 1000, 10, 0, 1)]
    [InlineData(0.99, 1000, 20, -1, 2)]
    [InlineData(0.9, 1000, 0, 1, 0)]
    public void The_budget_is_what_the_objective_allows_of_known_time(double objective, int seconds, int lost, double left, double burn)
    {
        var budget = Figures(-5000, 1000, objective, Up(0, seconds - lost), Down(seconds - lost, seconds)).Budget!;
        Seconds(budget.Allowed).ShouldBe(seconds * (1 - objective), 1e-6);
        budget.LeftRatio!.Value.ShouldBe(left, 1e-6);
        budget.Burn!.Value.ShouldBe(burn, 1e-6);
    }

    [Fact]
    public void What_a_later_boot_wrote_over_earlier_times_counts_once()
    {
        // The clock of the first boot was an hour ahead.
        var figures = Figures(0, 7200, Number([Up(3600, 5000), Unknown(5000, 5000), Up(1500, 4000)]));
        (Seconds(figures.Up), Seconds(figures.Unknown)).ShouldBe((2500, 4700));
    }

    [Fact]
    public void Tokens_not_served_are_lost_seconds_at_the_speed_that_was_learned_and_null_where_none_was()
    {
        var lost = new LostWork(new RequestLoad(3, 1), 4, 200);
        var figures = Figures(0, 100, Up(0, 40), Down(40, 50) with { Lost = lost }, Up(50, 80), Down(80, 90));
        (figures.TokensNotServed, figures.AbortedByAgent, figures.RequestsAtBegin).ShouldBe((2000, 4, 4));
        Figures(0, 100, Up(0, 40), Down(40, 50)).TokensNotServed.ShouldBeNull();
        Figures(45, 100, Down(40, 50) with { Lost = lost }).TokensNotServed.ShouldBe(1000);
    }

    private static AvailabilityFigures Figures(int from, int to, params ServiceSpan[] spans) => Figures(from, to, 0.999, spans);

    private static AvailabilityFigures Figures(int from, int to, double objective, params ServiceSpan[] spans) =>
        AvailabilityFigures.Of(Number(spans), Start.AddSeconds(from), Start.AddSeconds(to), objective);

    private static ServiceSpan[] Number(ServiceSpan[] spans) => [.. spans.Select((s, i) => s with { Number = i })];

    private static ServiceSpan Up(int from, int to) => Span(ServiceState.Up, from, to, ServiceReason.Serves);

    private static ServiceSpan Unknown(int from, int to) => Span(ServiceState.Unknown, from, to, ServiceReason.NotLookedAt);

    private static ServiceSpan Planned(int from, int to) => Span(ServiceState.Planned, from, to, ServiceReason.Maintenance);

    private static ServiceSpan Down(int from, int to, int? detected = null) =>
        Span(ServiceState.Down, from, to, ServiceReason.Dead) with { DetectedAt = detected is { } at ? Start.AddSeconds(at) : null };

    private static ServiceSpan Span(ServiceState state, int from, int to, ServiceReason why) =>
        new(Scene.Deepseek, state, Start.AddSeconds(from), Start.AddSeconds(to), why);

    private static TimeSpan Time(double seconds) => TimeSpan.FromSeconds(seconds);

    private static double Seconds(TimeSpan time) => time.TotalSeconds;
}
