using System.Collections.Immutable;
using Agent.Domain.Availability;
using Agent.Metrics;

namespace Agent.Tests.Metrics;

/// <summary>The ledger of lost service as Prometheus reads it.</summary>
public sealed class ServiceMetricsTests
{
    private const string Seconds = "npu_engine_service_seconds_total";
    private const string Lost = "npu_engine_lost_service_seconds_total";
    private const string Budget = "npu_engine_error_budget_left_ratio";

    private readonly ScrapedAgent _agent = new();

    [Fact]
    public async Task Time_is_counted_from_the_start_of_the_agent_by_state()
    {
        var outage = Span(1, ServiceState.Down, 100, 110, "engine-hung");
        _agent.Served = [Ledger([Span(0, ServiceState.Up, -500, 100), outage], Span(2, ServiceState.Up, 110, 400))];
        (await _agent.ScrapeAsync(Seconds)).ShouldBe(
        [
            Line(Seconds, "state", "up", 390), Line(Seconds, "state", "down", 10), Line(Seconds, "state", "planned", 0), Line(Seconds, "state", "unknown", 0),
        ], ignoreOrder: true);
        (await _agent.ScrapeAsync(Lost)).ShouldBe([Line(Lost, "fault", "engine-hung", 10)]);
    }

    [Fact]
    public async Task A_counter_does_not_fall_when_time_proves_to_be_an_outage_afterwards()
    {
        _agent.Served = [Ledger([], Span(0, ServiceState.Up, 0, 400))];
        await _agent.ScrapeAsync();
        _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, 380)], Span(1, ServiceState.Down, 380, 402))];
        (await _agent.ScrapeAsync(Seconds)).ShouldContain(Line(Seconds, "state", "up", 400));
        _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, 380), Span(1, ServiceState.Down, 380, 420)], Span(2, ServiceState.Up, 420, 500))];
        (await _agent.ScrapeAsync(Seconds)).ShouldContain(Line(Seconds, "state", "up", 460));
    }

    [Fact]
    public async Task An_outage_under_way_has_no_fault_yet_in_the_counter_and_gets_the_last_name_of_it()
    {
        _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, 100)], Span(1, ServiceState.Down, 100, 130, "engine-exited"))];
        (await _agent.ScrapeAsync(Lost)).ShouldBeEmpty();
        _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, 100), Span(1, ServiceState.Down, 100, 150, "chip-lost")], Span(2, ServiceState.Up, 150, 160))];
        (await _agent.ScrapeAsync(Lost)).ShouldBe([Line(Lost, "fault", "chip-lost", 50)]);
    }

    [Theory]
    [InlineData(1000, 0, 1)]
    [InlineData(999, 1, 0)]
    [InlineData(998, 2, -1)]
    public async Task The_budget_that_is_left_is_told_over_the_window(int up, int down, double left)
    {
        _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, up)], Span(1, ServiceState.Down, up, up + down))];
        var line = (await _agent.ScrapeAsync(Budget)).ShouldHaveSingleItem();
        double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture).ShouldBe(left, 1e-6);
    }

    [Fact]
    public async Task Without_known_time_there_is_no_budget()
    {
        _agent.Served = [Ledger([], Span(0, ServiceState.Unknown, 0, 100))];
        (await _agent.ScrapeAsync(Budget)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_outage_that_is_over_is_counted_once_with_its_times()
    {
        var outage = Span(1, ServiceState.Down, 100, 142, "engine-hung") with { DetectedAt = Story.Start.AddSeconds(112) };
        _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, 100)], outage)];
        (await TimesAsync("recover")).ShouldBe((0, 0));
        for (var i = 0; i < 3; i++)
        {
            _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, 100), outage], Span(2, ServiceState.Up, 142, 200 + i))];
            (await TimesAsync("recover")).ShouldBe((1, 42));
            (await TimesAsync("detect")).ShouldBe((1, 12));
        }
    }

    [Fact]
    public async Task An_outage_without_an_incident_was_not_detected()
    {
        _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, 100), Span(1, ServiceState.Down, 100, 130)], Span(2, ServiceState.Up, 130, 200))];
        (await TimesAsync("detect")).ShouldBe((0, 0));
        (await TimesAsync("recover")).ShouldBe((1, 30));
    }

    [Fact]
    public async Task Of_outages_before_the_agent_those_count_that_it_saw_the_end_of()
    {
        _agent.Served =
        [
            Ledger([Span(0, ServiceState.Up, -500, -400), Span(1, ServiceState.Down, -400, -300), Span(2, ServiceState.Up, -300, -20),
                Span(3, ServiceState.Down, -20, 30)], Span(4, ServiceState.Up, 30, 100)),
        ];
        (await TimesAsync("recover")).ShouldBe((1, 50));
    }

    [Fact]
    public async Task The_availability_is_told_beside_what_is_wanted()
    {
        _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, 750)], Span(1, ServiceState.Down, 750, 1000))];
        (await _agent.ScrapeAsync("npu_engine_availability_ratio")).ShouldBe(["npu_engine_availability_ratio{engine=\"deepseek\"} 0.75"]);
        (await _agent.ScrapeAsync("npu_engine_objective_ratio")).ShouldBe(["npu_engine_objective_ratio{engine=\"deepseek\"} 0.999"]);
        _agent.Served = [Ledger([], Span(0, ServiceState.Unknown, 0, 100))];
        (await _agent.ScrapeAsync("npu_engine_availability_ratio")).ShouldBeEmpty();
    }

    // The open span alone grew, and a minute of a month changes little.
    [Fact]
    public async Task The_figures_of_the_month_follow_within_a_minute()
    {
        const string Availability = "npu_engine_availability_ratio";
        for (var at = 1000; at <= 1060; at += 30)
        {
            _agent.Served = [Ledger([Span(0, ServiceState.Up, 0, 750)], Span(1, ServiceState.Down, 750, at))];
            var told = double.Parse((await _agent.ScrapeAsync(Availability)).ShouldHaveSingleItem().Split(' ')[1],
                System.Globalization.CultureInfo.InvariantCulture);
            told.ShouldBe(at < 1060 ? 0.75 : 750 / 1060.0, 1e-6);
        }
    }

    private async Task<(double Count, double Seconds)> TimesAsync(string to)
    {
        return (await ValueAsync("count"), await ValueAsync("sum"));

        async Task<double> ValueAsync(string part) => double.Parse(
            (await _agent.ScrapeAsync($"npu_engine_time_to_{to}_seconds_{part}")).ShouldHaveSingleItem().Split(' ')[1],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    private static ServedEngine Ledger(ImmutableArray<ServiceSpan> closed, ServiceSpan open) =>
        new("deepseek", closed, open, 0.999, Story.Start, TimeSpan.FromDays(30));

    private static ServiceSpan Span(int number, ServiceState state, int from, int to, string? fault = null) =>
        new(Story.Engine, state, Story.Start.AddSeconds(from), Story.Start.AddSeconds(to), ServiceReason.Serves) { Number = number, Fault = fault };

    private static string Line(string metric, string label, string value, double seconds) =>
        FormattableString.Invariant($"{metric}{{engine=\"deepseek\",{label}=\"{value}\"}} {seconds}");
}
