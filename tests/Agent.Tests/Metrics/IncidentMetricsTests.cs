using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using static Agent.Tests.Metrics.ScrapedAgent;

namespace Agent.Tests.Metrics;

/// <summary>Incidents, steps and budgets as Prometheus reads them.</summary>
public sealed class IncidentMetricsTests
{
    private const string Left = "npu_agent_budget_attempts_left";
    private static readonly Step Start = new(StepKind.StartEngine, Story.Engine);

    private readonly ScrapedAgent _agent = new(FaultCodes.EngineExited, FaultCodes.ChipsLost);
    private readonly List<IncidentEvent> _happened = [];

    [Fact]
    public async Task A_renamed_incident_counts_once_and_under_both_its_names()
    {
        Happens(Suspicion());
        Happens(Confirmation());
        Happens(Cause(FaultCodes.ChipsLost));
        (await NamesAsync()).ShouldBe([(FaultCodes.EngineExited, 1), (FaultCodes.ChipsLost, 1)]);
        (await _agent.ScrapeAsync("npu_agent_confirmed_incidents_total")).ShouldBe(["npu_agent_confirmed_incidents_total 1"]);
    }

    [Fact]
    public async Task An_incident_that_was_renamed_at_once_counts_the_same()
    {
        Happens(Suspicion(), Confirmation(), Cause(FaultCodes.ChipsLost));
        (await NamesAsync()).ShouldBe([(FaultCodes.EngineExited, 1), (FaultCodes.ChipsLost, 1)]);
    }

    [Fact]
    public async Task A_suspicion_that_was_renamed_counts_under_the_name_that_it_was_confirmed_with()
    {
        Happens(Suspicion());
        Happens(Cause(FaultCodes.ChipsLost));
        (await NamesAsync()).ShouldAllBe(n => n.Count == 0);
        Happens(Confirmation());
        (await NamesAsync()).ShouldBe([(FaultCodes.EngineExited, 0), (FaultCodes.ChipsLost, 1)]);
    }

    [Fact]
    public async Task A_suspicion_that_is_renamed_and_confirmed_at_once_counts_under_one_name()
    {
        Happens(Suspicion());
        Happens(Cause(FaultCodes.ChipsLost), Confirmation());
        (await NamesAsync()).ShouldBe([(FaultCodes.EngineExited, 0), (FaultCodes.ChipsLost, 1)]);
    }

    [Fact]
    public async Task A_name_that_comes_back_counts_once()
    {
        Happens(Suspicion(), Confirmation());
        Happens(Cause(FaultCodes.ChipsLost));
        Happens(Cause(FaultCodes.EngineExited));
        (await NamesAsync()).ShouldBe([(FaultCodes.EngineExited, 1), (FaultCodes.ChipsLost, 1)]);
    }

    [Fact]
    public async Task The_time_of_a_step_is_that_from_its_begin_to_its_end()
    {
        Happens(Suspicion(), Confirmation());
        Happens(new StepStarted(At(10), Start));
        Happens(new StepEnded(At(52), Start, Succeeded: true, ""));
        (await _agent.ScrapeAsync("npu_agent_step_duration_seconds_sum")).ShouldContain("npu_agent_step_duration_seconds_sum{step=\"start-engine\"} 42");
        (await _agent.ScrapeAsync("npu_agent_step_duration_seconds_count")).ShouldContain("npu_agent_step_duration_seconds_count{step=\"start-engine\"} 1");
    }

    [Fact]
    public async Task A_step_that_an_earlier_agent_began_has_no_time()
    {
        Happens(Suspicion(), Confirmation());
        Happens(new StepEnded(At(52), Start, Succeeded: true, ""));
        (await _agent.ScrapeAsync("npu_agent_step_duration_seconds_count")).ShouldContain("npu_agent_step_duration_seconds_count{step=\"start-engine\"} 0");
        (await _agent.ScrapeAsync("npu_agent_steps_total")).ShouldContain("npu_agent_steps_total{step=\"start-engine\",outcome=\"succeeded\"} 1");
    }

    [Fact]
    public async Task A_step_that_was_not_begun_has_not_failed_and_took_no_time()
    {
        Happens(Suspicion(), Confirmation());
        Happens(new StepStarted(At(10), Start), new StepEnded(At(11), Start, Succeeded: false, "") { NotBegun = true });
        var lines = await _agent.ScrapeAsync("npu_agent_steps_total");
        lines.ShouldContain("npu_agent_steps_total{step=\"start-engine\",outcome=\"not-begun\"} 1");
        lines.ShouldContain("npu_agent_steps_total{step=\"start-engine\",outcome=\"failed\"} 0");
        (await _agent.ScrapeAsync("npu_agent_step_duration_seconds_count")).ShouldContain("npu_agent_step_duration_seconds_count{step=\"start-engine\"} 0");
    }

    [Fact]
    public async Task Attempts_that_are_left_are_told_of_each_subject_and_come_back_with_time()
    {
        _agent.Look("chip-usage", Seen(Subject.Host), Seen(Subject.Chip(0, 0)));
        var budgets = new Budgets(
            new Dictionary<StepKind, Budget>
            {
                [StepKind.StartEngine] = new(5, TimeSpan.FromHours(1)),
                [StepKind.ResetChip] = new(2, TimeSpan.FromDays(1)),
                [StepKind.RestartDriver] = new(1, TimeSpan.FromDays(1)),
            },
            [new(StepKind.StartEngine, Story.Engine, Story.Start), new(StepKind.RestartDriver, Subject.Driver, Story.Start)]);
        _agent.Metrics.Recorded([], [], budgets);
        (await _agent.ScrapeAsync(Left)).ShouldBe(
            [$"{Left}{{step=\"reset-chip\",subject=\"chip:0/0\"}} 2", $"{Left}{{step=\"restart-driver\",subject=\"driver\"}} 0",
             $"{Left}{{step=\"start-engine\",subject=\"engine:deepseek\"}} 4"]);
        _agent.Clock.Advance(TimeSpan.FromHours(1));
        (await _agent.ScrapeAsync(Left)).ShouldContain($"{Left}{{step=\"start-engine\",subject=\"engine:deepseek\"}} 5");
    }

    [Fact]
    public async Task A_step_that_the_configuration_forbids_has_no_budget_that_is_spent()
    {
        _agent.Metrics.Recorded([], [], new Budgets(new Dictionary<StepKind, Budget> { [StepKind.RestartDriver] = new(0, TimeSpan.FromDays(1)) }, []));
        (await _agent.ScrapeAsync(Left)).ShouldBeEmpty();
    }

    private static DateTimeOffset At(int seconds) => Story.Start.AddSeconds(seconds);

    private static Suspected Suspicion() => new(At(0), FaultCodes.EngineExited, Story.Engine, "engine-verdict", "it ended", []);

    private static Confirmed Confirmation() => new(At(1), "seen twice");

    private static CauseFound Cause(string fault) => new(At(2), fault, Subject.Chip(0, 0), "chip-health", "it is gone", []);

    /// <summary>As the loop does: the incident is as it is after all of the events.</summary>
    private void Happens(params IReadOnlyList<IncidentEvent> events)
    {
        _happened.AddRange(events);
        _agent.Metrics.Recorded(Story.Changes("a", events), [Story.Fold("a", _happened)], Budgets.Unlimited);
    }

    private async Task<IReadOnlyList<(string Fault, int Count)>> NamesAsync() =>
        [.. (await _agent.ScrapeAsync("npu_agent_incidents_total")).Select(l => (l.Split('"')[1], int.Parse(l.Split(' ')[1], null)))];
}
