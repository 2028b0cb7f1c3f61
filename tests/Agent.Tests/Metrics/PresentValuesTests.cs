using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Metrics;
using static Agent.Tests.Metrics.ScrapedAgent;

namespace Agent.Tests.Metrics;

/// <summary>A value that is not seen any more is withdrawn.</summary>
public sealed class PresentValuesTests
{
    private const string Temperature = "npu_chip_temperature_celsius";
    private const string Tokens = "npu_engine_generation_tokens";
    private static readonly Subject First = Subject.Chip(0, 0);
    private static readonly Subject Second = Subject.Chip(1, 0);
    private static readonly Subject Engine = Subject.Engine("deepseek");

    private readonly ScrapedAgent _agent = new();

    [Fact]
    public async Task A_chip_that_is_lost_has_neither_a_temperature_nor_health()
    {
        _agent.Look("chip-usage", Seen(Subject.Host), Hot(First, 44), Hot(Second, 51));
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("chip-usage", Seen(Subject.Host, Verdict.Faulty), Hot(Second, 52));
        (await _agent.ScrapeAsync(Temperature)).ShouldBe(["npu_chip_temperature_celsius{chip=\"1/0\"} 52"]);
        (await _agent.ScrapeAsync("npu_chip_info")).ShouldBe(["npu_chip_info{chip=\"1/0\",bus_id=\"bus of chip:1/0\"} 1"]);
        (await _agent.ScrapeAsync("npu_agent_healthy")).ShouldBe(
            ["npu_agent_healthy{probe=\"chip-usage\",subject=\"host\"} 0",
             "npu_agent_healthy{probe=\"chip-usage\",subject=\"chip:1/0\"} 1"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_a_slower_probe_saw_of_a_lost_chip_goes_with_it()
    {
        _agent.Look("chip-heat",
            Seen(Subject.Host), Seen(First, Verdict.Healthy, ("hbm_temperature_celsius", 52)), Seen(Second, Verdict.Healthy, ("hbm_temperature_celsius", 50)));
        _agent.Look("chip-usage", Seen(Subject.Host), Hot(First, 44), Hot(Second, 51));
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("chip-usage", Seen(Subject.Host), Hot(Second, 52));
        (await _agent.ScrapeAsync("npu_chip_hbm_temperature_celsius")).ShouldBe(["npu_chip_hbm_temperature_celsius{chip=\"1/0\"} 50"]);
        (await _agent.ScrapeAsync("npu_agent_healthy")).ShouldNotContain(l => l.Contains("chip:0/0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_slower_probe_saw_holds_while_a_faster_one_cannot_look()
    {
        _agent.Look("chip-heat", Seen(Subject.Host), Seen(First, Verdict.Healthy, ("hbm_temperature_celsius", 52)));
        _agent.Look("chip-usage", Seen(Subject.Host), Hot(First, 44));
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("chip-usage", Seen(Subject.Host, Verdict.CouldNotLook));
        (await _agent.ScrapeAsync("npu_chip_hbm_temperature_celsius")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_look_that_broke_off_says_nothing_of_the_chips_that_it_did_not_reach()
    {
        _agent.Look("chip-usage", Seen(Subject.Host), Hot(First, 44), Hot(Second, 51));
        _agent.Look("link-health", Seen(Subject.Host), Seen(First), Seen(Second));
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("link-health", Seen(Subject.Host, Verdict.CouldNotLook), Seen(First));
        (await _agent.ScrapeAsync(Temperature)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_chip_that_is_back_is_seen_again()
    {
        _agent.Look("chip-usage", Seen(Subject.Host), Hot(First, 44));
        await _agent.ScrapeAsync();
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("chip-usage", Seen(Subject.Host));
        (await _agent.ScrapeAsync(Temperature)).ShouldBeEmpty();
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("chip-usage", Seen(Subject.Host), Hot(First, 45));
        (await _agent.ScrapeAsync(Temperature)).ShouldBe(["npu_chip_temperature_celsius{chip=\"0/0\"} 45"]);
    }

    [Fact]
    public async Task A_probe_that_could_not_look_leaves_no_value_of_its_look_before()
    {
        _agent.Look("chip-usage", Seen(Subject.Host, Verdict.Healthy, ("chips", 2)), Hot(First, 44));
        await _agent.ScrapeAsync();
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("chip-usage", Seen(Subject.Host, Verdict.CouldNotLook));
        (await _agent.ScrapeAsync(Temperature)).ShouldBeEmpty();
        (await _agent.ScrapeAsync("npu_host_chips")).ShouldBeEmpty();
        (await _agent.ScrapeAsync("npu_agent_healthy")).ShouldBeEmpty();
        (await _agent.ScrapeAsync("npu_agent_probe_looks_total")).ShouldContain(
            "npu_agent_probe_looks_total{probe=\"chip-usage\",verdict=\"could-not-look\"} 1");
    }

    [Fact]
    public async Task A_probe_that_looks_no_more_leaves_nothing_once_its_look_is_stale()
    {
        _agent.Look("engine-progress", Seen(Engine, Verdict.Healthy, ("generation_tokens", 7)) with { ValidFor = TimeSpan.FromSeconds(40) });
        _agent.Clock.Advance(TimeSpan.FromSeconds(40));
        (await _agent.ScrapeAsync(Tokens)).Count.ShouldBe(1);
        _agent.Clock.Advance(TimeSpan.FromSeconds(1));
        (await _agent.ScrapeAsync(Tokens)).ShouldBeEmpty();
        (await _agent.ScrapeAsync("npu_agent_healthy")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_look_at_another_engine_takes_nothing_from_the_first()
    {
        _agent.Engines.Add(new EngineNow("qwen", EngineState.Idle, Story.Start, Story.Start.AddHours(-1)));
        _agent.Look("engine-progress", Seen(Engine, Verdict.Healthy, ("generation_tokens", 7)));
        _agent.Clock.Advance(TimeSpan.FromSeconds(1));
        _agent.Look("engine-progress", Seen(Subject.Engine("qwen"), Verdict.Healthy, ("generation_tokens", 9)));
        (await _agent.ScrapeAsync(Tokens)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_stopped_engine_has_a_state_and_no_figures()
    {
        _agent.Look("engine-progress", Seen(Engine, Verdict.Healthy, ("generation_tokens", 7)));
        (await _agent.ScrapeAsync(Tokens)).ShouldBe(["npu_engine_generation_tokens{engine=\"deepseek\"} 7"]);
        _agent.Engines = [new("deepseek", EngineState.Stopped, Story.Start, RunsSince: null)];
        (await _agent.ScrapeAsync(Tokens)).ShouldBeEmpty();
        (await _agent.ScrapeAsync("npu_agent_healthy")).ShouldBeEmpty();
        (await _agent.ScrapeAsync("npu_engine_state")).ShouldContain("npu_engine_state{engine=\"deepseek\",state=\"stopped\"} 1");
    }

    [Fact]
    public async Task A_fault_of_an_engine_that_ended_is_shown()
    {
        _agent.Engines = [new("deepseek", EngineState.Dead, Story.Start, RunsSince: null)];
        _agent.Look("engine-progress", Seen(Engine, Verdict.Faulty));
        (await _agent.ScrapeAsync("npu_agent_healthy")).ShouldBe(["npu_agent_healthy{probe=\"engine-progress\",subject=\"engine:deepseek\"} 0"]);
    }

    [Fact]
    public async Task Figures_of_a_run_that_ended_are_not_those_of_the_next()
    {
        _agent.Look("engine-progress", Seen(Engine, Verdict.Healthy, ("quality_top_agreement_ratio", 0.5)) with { ValidFor = TimeSpan.FromHours(6) });
        _agent.Clock.Advance(TimeSpan.FromMinutes(1));
        _agent.Engines = [new("deepseek", EngineState.Starting, _agent.Clock.GetUtcNow(), _agent.Clock.GetUtcNow())];
        (await _agent.ScrapeAsync("npu_engine_quality_top_agreement_ratio")).ShouldBeEmpty();
        _agent.Look("engine-progress", Seen(Engine, Verdict.Healthy, ("quality_top_agreement_ratio", 1)));
        (await _agent.ScrapeAsync("npu_engine_quality_top_agreement_ratio")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_renamed_engine_has_one_name()
    {
        _agent.Look("engine-progress", Seen(Engine, Verdict.Healthy, ("generation_tokens", 7)));
        await _agent.ScrapeAsync();
        _agent.Engines = [new("r1", EngineState.Busy, Story.Start, Story.Start.AddHours(-1))];
        (await _agent.ScrapeAsync()).ShouldNotContain("deepseek");
        (await _agent.ScrapeAsync("npu_engine_state")).ShouldContain("npu_engine_state{engine=\"r1\",state=\"busy\"} 1");
    }

    [Fact]
    public async Task An_engine_that_nobody_judges_any_more_has_no_state()
    {
        _agent.Clock.Advance(TimeSpan.FromMinutes(6));
        (await _agent.ScrapeAsync("npu_engine_state")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_device_under_the_same_number_takes_the_place_of_the_first()
    {
        _agent.Look("chip-usage", Seen(Subject.Host), Hot(First, 44));
        await _agent.ScrapeAsync();
        _agent.Clock.Advance(TimeSpan.FromSeconds(15));
        _agent.Look("chip-usage", Seen(Subject.Host), Hot(First, 44) with { Identity = "0000:C9:00.0" });
        (await _agent.ScrapeAsync("npu_chip_info")).ShouldBe(["npu_chip_info{chip=\"0/0\",bus_id=\"0000:C9:00.0\"} 1"]);
    }

    private static Observation Hot(Subject chip, double celsius) =>
        Seen(chip, Verdict.Healthy, ("temperature_celsius", celsius)) with { Identity = $"bus of {chip}" };
}
