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

    private static ServedEngine Ledger(IReadOnlyList<ServiceSpan> closed, ServiceSpan open) =>
        new("deepseek", closed, open, 0.999, Story.Start, TimeSpan.FromDays(30));

    private static ServiceSpan Span(int number, ServiceState state, int from, int to, string? fault = null) =>
        new(Story.Engine, state, Story.Start.AddSeconds(from), Story.Start.AddSeconds(to), ServiceReason.Serves) { Number = number, Fault = fault };

    private static string Line(string metric, string label, string value, double seconds) =>
        FormattableString.Invariant($"{metric}{{engine=\"deepseek\",{label}=\"{value}\"}} {seconds}");
}
