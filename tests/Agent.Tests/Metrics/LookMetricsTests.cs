using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Metrics;
using static Agent.Tests.Metrics.ScrapedAgent;

namespace Agent.Tests.Metrics;

/// <summary>How old the word of a probe is.</summary>
public sealed class LookMetricsTests
{
    private const string Age = "npu_agent_probe_age_seconds";
    private static readonly string OfChips = $"{Age}{{probe=\"chip-usage\",subject=\"host\"}}";
    private static readonly string OfEngine = $"{Age}{{probe=\"engine-progress\",subject=\"engine:deepseek\"}}";

    private readonly ScrapedAgent _agent = new();

    [Fact]
    public async Task Before_the_first_answer_it_is_counted_from_the_start_of_the_agent()
    {
        _agent.Clock.Advance(TimeSpan.FromSeconds(7));
        (await _agent.ScrapeAsync(Age)).ShouldBe([$"{OfChips} 7", $"{OfEngine} 7"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_look_without_an_answer_leaves_the_word_as_old_as_it_is()
    {
        _agent.Look("chip-usage", Seen(Subject.Host));
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("chip-usage", Seen(Subject.Host, Verdict.CouldNotLook));
        _agent.Clock.Advance(TimeSpan.FromSeconds(5));
        (await _agent.ScrapeAsync(Age)).ShouldContain($"{OfChips} 20");
        _agent.Look("chip-usage", Seen(Subject.Host, Verdict.CouldNotLook), Seen(Subject.Chip(0, 0), Verdict.Faulty));
        (await _agent.ScrapeAsync(Age)).ShouldContain($"{OfChips} 0");
    }

    [Fact]
    public async Task Each_engine_has_its_own_and_one_that_does_not_run_has_none()
    {
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("engine-progress", Seen(Story.Engine));
        (await _agent.ScrapeAsync(Age)).ShouldBe([$"{OfChips} 15", $"{OfEngine} 0"], ignoreOrder: true);
        _agent.Engines = [new("deepseek", EngineState.Stopped, Story.Start, RunsSince: null)];
        (await _agent.ScrapeAsync(Age)).ShouldBe([$"{OfChips} 15"]);
    }

    [Fact]
    public async Task The_age_from_which_on_a_word_is_stale_stands_beside_it() =>
        (await _agent.ScrapeAsync("npu_agent_probe_age_limit_seconds")).ShouldBe(
            ["npu_agent_probe_age_limit_seconds{probe=\"chip-usage\",subject=\"host\"} 60",
             "npu_agent_probe_age_limit_seconds{probe=\"engine-progress\",subject=\"engine:deepseek\"} 20"]);

    [Fact]
    public async Task Sizes_on_the_disk_that_nobody_looked_at_for_long_are_withdrawn()
    {
        (await _agent.ScrapeAsync("npu_agent_database_bytes")).ShouldBe(["npu_agent_database_bytes 4096"]);
        _agent.Clock.Advance(TimeSpan.FromMinutes(6));
        (await _agent.ScrapeAsync("npu_agent_database_bytes")).ShouldBeEmpty();
        _agent.Kept = new KeptSizes(8192, 0, 0, _agent.Clock.GetUtcNow());
        (await _agent.ScrapeAsync("npu_agent_database_bytes")).ShouldBe(["npu_agent_database_bytes 8192"]);
        _agent.Kept = null;
        (await _agent.ScrapeAsync("npu_agent_bundles")).ShouldBeEmpty();
    }
}
