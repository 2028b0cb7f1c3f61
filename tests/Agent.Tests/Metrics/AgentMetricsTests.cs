using System.Text.RegularExpressions;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Metrics;
using Agent.Notifications;
using static Agent.Tests.Metrics.ScrapedAgent;

namespace Agent.Tests.Metrics;

public sealed partial class AgentMetricsTests
{
    private static readonly Budgets Budgets = new(
        new Dictionary<StepKind, Budget>
        {
            [StepKind.StartEngine] = new(5, TimeSpan.FromHours(1)),
            [StepKind.ResetChip] = new(2, TimeSpan.FromDays(1)),
            [StepKind.RestartDriver] = new(1, TimeSpan.FromDays(1)),
        }, []);

    private readonly ScrapedAgent _agent = new(FaultCodes.EngineExited, FaultCodes.EngineHung);

    [Fact]
    public async Task A_scrape_is_as_it_was_accepted()
    {
        _agent.Look("chip-usage",
            Seen(Subject.Host, Verdict.Healthy, ("chips", 2), ("expected_chips", 2), ("free_bytes", 77e9)),
            Seen(Subject.Driver, Verdict.Healthy, ("modules", 12)),
            Seen(Subject.Chip(0, 0), Verdict.Healthy, ("temperature_celsius", 44), ("memory_used_bytes", 5e10), ("link_speed_bytes_per_second", 2.5e10))
                with
            { Identity = "0000:C1:00.0" },
            Seen(Subject.Chip(1, 0), Verdict.Faulty, ("temperature_celsius", 98.5)) with { Identity = "0000:C2:00.0" });
        _agent.Look("engine-progress", Seen(Story.Engine, Verdict.Healthy,
            ("requests_running", 12), ("kv_cache_usage_ratio", 0.43), ("time_to_first_token_p99_seconds", 0.81)));
        var events = Story.Recovered(Story.Start);
        _agent.Metrics.Recorded(Story.Changes("a", events), [Story.Fold("a", events)], Budgets);
        List<Domain.Incidents.IncidentEvent> open = [.. Story.Suspicion(Story.Start), new Domain.Incidents.Confirmed(Story.Start, "seen twice")];
        _agent.Metrics.Recorded(Story.Changes("b", open), [Story.Fold("a", events), Story.Fold("b", open)], Budgets);
        _agent.Metrics.Delivered("pager", new Delivery(DeliveryEnd.Retry, "away"));
        (await _agent.ScrapeAsync()).ShouldMatchApproved(c => c.WithFileExtension(".txt"));
    }

    [Fact]
    public async Task Counters_stand_at_zero_before_their_first_event()
    {
        (await _agent.ScrapeAsync("npu_agent_incidents_total")).ShouldBe(
            ["npu_agent_incidents_total{fault=\"engine-exited\"} 0", "npu_agent_incidents_total{fault=\"engine-hung\"} 0"]);
        (await _agent.ScrapeAsync("npu_agent_steps_total")).Count.ShouldBe(3 * Enum.GetValues<StepKind>().Length);
        (await _agent.ScrapeAsync("npu_agent_notifications_total")).ShouldContain("npu_agent_notifications_total{notifier=\"pager\",outcome=\"rejected\"} 0");
        (await _agent.ScrapeAsync("npu_agent_probe_looks_total")).ShouldContain("npu_agent_probe_looks_total{probe=\"chip-usage\",verdict=\"faulty\"} 0");
        (await _agent.ScrapeAsync("npu_agent_probe_duration_seconds_count")).ShouldContain("npu_agent_probe_duration_seconds_count{probe=\"chip-usage\"} 0");
    }

    [Fact]
    public async Task Verdicts_are_counted_from_zero_on_and_have_no_duration()
    {
        var agent = new ScrapedAgent(["engine-verdict"], []);
        foreach (var verdict in (string[])["healthy", "faulty", "could-not-look"])
            (await LooksAsync()).ShouldContain($"npu_agent_probe_looks_total{{probe=\"engine-verdict\",verdict=\"{verdict}\"}} 0");
        agent.Metrics.Judged(Seen(Story.Engine, Verdict.Faulty) with { Probe = "engine-verdict" });
        (await LooksAsync()).ShouldContain("npu_agent_probe_looks_total{probe=\"engine-verdict\",verdict=\"faulty\"} 1");
        (await agent.ScrapeAsync()).ShouldNotContain("npu_agent_probe_duration_seconds_count{probe=\"engine-verdict\"}");

        Task<IReadOnlyList<string>> LooksAsync() => agent.ScrapeAsync("npu_agent_probe_looks_total");
    }

    [Fact]
    public async Task Incidents_of_an_earlier_agent_are_open_from_the_first_scrape_on()
    {
        List<Domain.Incidents.IncidentEvent> open = [.. Story.Suspicion(Story.Start), new Domain.Incidents.Confirmed(Story.Start, "seen twice")];
        _agent.Metrics.Recorded([], [Story.Fold("b", open)], Budgets);
        (await _agent.ScrapeAsync("npu_agent_open_incidents")).ShouldBe(
            ["npu_agent_open_incidents{fault=\"engine-exited\",subject=\"engine:deepseek\",severity=\"critical\"} 1"]);
        _agent.Metrics.Recorded([], [], Budgets);
        (await _agent.ScrapeAsync("npu_agent_open_incidents")).ShouldBeEmpty();
    }

    // The names are in the sources of the probes alone: an observation takes any.
    [Fact]
    public void Every_figure_of_a_probe_has_its_words()
    {
        var names = WrittenFigures().Select(f => f.Name).Distinct(StringComparer.Ordinal).ToList();
        names.Count.ShouldBeGreaterThan(30);
        names.Where(n => KindsOf(n) == 0).ShouldBeEmpty("MeasureTexts says what a figure is; these have no words there");
    }

    // Both would be one series, and a scrape would show now the one and now the other.
    [Fact]
    public void Two_probes_share_no_figure_of_one_kind_of_subject() =>
        Shared(WrittenFigures(), KindsOf).ShouldBeEmpty("a probe needs a name of its own for each kind of subject");

    [Theory]
    [InlineData(1, "One.cs", "One.cs", 0)]
    [InlineData(1, "One.cs", "Two.cs", 1)]
    [InlineData(2, "One.cs", "Two.cs", 0)]
    public void A_figure_of_two_probes_is_found_unless_each_has_its_kind(int kinds, string one, string other, int found) =>
        Shared([(one, "a_ratio"), (other, "a_ratio"), (one, "b_ratio")], _ => kinds).Count().ShouldBe(found);

    [Fact]
    public void A_figure_without_words_is_exported_all_the_same() => MeasureTexts.Of("chip_new_figure").ShouldContain("no words");

    private static IEnumerable<string> Shared(IEnumerable<(string File, string Name)> figures, Func<string, int> kinds) =>
        figures.Distinct().GroupBy(f => f.Name, StringComparer.Ordinal).Where(g => g.Count() > kinds(g.Key))
            .Select(g => $"{g.Key}: {string.Join(", ", g.Select(f => f.File))}");

    private static int KindsOf(string figure) =>
        Enum.GetValues<SubjectKind>().Count(kind => MeasureTexts.Find($"{Domain.Words.Of(kind)}_{figure}") is not null);

    private static IEnumerable<(string File, string Name)> WrittenFigures()
    {
        var sources = Path.Combine(Architecture.ArchitectureTests.Repository(), "src", "Agent");
        return Directory.EnumerateFiles(Path.Combine(sources, "Probes"), "*.cs", SearchOption.AllDirectories)
            .Append(Path.Combine(sources, "Engines", "Throughput", "ThroughputText.cs"))
            .SelectMany(f => Figures().Matches(File.ReadAllText(f)).Select(m => (Path.GetFileName(f), m.Groups["name"].Value)));
    }

    // ["name"] = value, or ("name", value) of which the value is looked up; what the tools call it is no name of ours.
    [GeneratedRegex(@"(\[|\(""roce_\w+"", |\()""(?<name>(?!roce_)[a-z]+(_[a-z0-9]+)*)""(\] =|, (load|hbm|port|counters|row)|\), \(|\)\])",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Figures();
}
