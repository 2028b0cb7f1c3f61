using Agent.Domain.Observations;
using Agent.Metrics;
using static Agent.Tests.Metrics.ScrapedAgent;

namespace Agent.Tests.Metrics;

/// <summary>Names that others gave to what the agent sees.</summary>
public sealed class FurtherNamesTests
{
    private static readonly Subject First = Subject.Chip(0, 0);
    private static readonly Subject Second = Subject.Chip(1, 0);

    [Theory]
    [InlineData("ascend_device_utilization", "ascend_device_utilization{device_type=\"aicore\",chip=\"0/0\"} 37")]
    [InlineData("memory_copy_throughput", "memory_copy_throughput{chip=\"0/0\"} 62")]
    [InlineData("p99_latency", "p99_latency{engine=\"deepseek\"} 4.5")]
    public async Task The_names_of_the_guide_are_there_in_its_units(string name, string line)
    {
        var agent = new ScrapedAgent();
        Look(agent);
        (await agent.ScrapeAsync(name)).ShouldBe([line]);
    }

    [Fact]
    public async Task A_value_that_is_not_seen_any_more_is_withdrawn_under_every_name()
    {
        var agent = Exporting();
        Look(agent);
        await agent.ScrapeAsync();
        agent.Clock.Advance(TimeSpan.FromSeconds(15));
        agent.Look("chip-usage", Seen(Subject.Host, Verdict.CouldNotLook));
        (await agent.ScrapeAsync("ascend_device_utilization")).ShouldBeEmpty();
        (await agent.ScrapeAsync("npu_chip_info_utilization")).ShouldBeEmpty();
        (await agent.ScrapeAsync("machine_npu_nums")).ShouldBeEmpty();
    }

    [Fact]
    public async Task They_are_left_out_where_they_are_switched_off()
    {
        var agent = new ScrapedAgent([], [], [], guideNames: false);
        Look(agent);
        (await agent.ScrapeAsync()).ShouldSatisfyAllConditions(
            text => text.ShouldNotContain("ascend_device_utilization"),
            text => text.ShouldNotContain("memory_copy_throughput"),
            text => text.ShouldNotContain("p99_latency"),
            text => text.ShouldNotContain("npu_chip_info_utilization"));
    }

    [Fact]
    public async Task The_names_of_npu_exporter_have_its_units_and_labels()
    {
        var agent = Exporting();
        Look(agent);
        const string Chip = "{id=\"0\",model_name=\"910B3\",pcie_bus_info=\"0000:C1:00.0\"}";
        (await agent.ScrapeAsync("npu_chip_info_utilization")).ShouldBe([$"npu_chip_info_utilization{Chip} 37"]);
        (await agent.ScrapeAsync("npu_chip_info_hbm_used_memory")).ShouldBe([$"npu_chip_info_hbm_used_memory{Chip} 2048"]);
        (await agent.ScrapeAsync("npu_chip_info_health_status")).ShouldBe([$"npu_chip_info_health_status{Chip} 0"]);
        (await agent.ScrapeAsync("machine_npu_nums")).ShouldBe(["machine_npu_nums 2"]);
    }

    [Fact]
    public async Task A_chip_keeps_its_id_while_another_is_lost()
    {
        var agent = Exporting();
        agent.Look("chip-usage", Seen(Subject.Host), Seen(Second, Verdict.Healthy, ("power_watts", 90)));
        (await agent.ScrapeAsync("npu_chip_info_power")).ShouldHaveSingleItem().ShouldStartWith("npu_chip_info_power{id=\"1\",");
    }

    // A name in the table that no probe measures would never have a value.
    [Fact]
    public void Every_further_name_is_that_of_a_figure_which_probes_measure() =>
        GuideNames.All.Select(n => n.Family).Concat(ExporterNames.Families).Where(f => MeasureTexts.Find(f) is null).ShouldBeEmpty();

    private static ScrapedAgent Exporting() => new([], [], [], exporterNames: true);

    private static void Look(ScrapedAgent agent)
    {
        agent.Look("chip-usage", Seen(Subject.Host, Verdict.Healthy, ("chips", 2)),
            Seen(First, Verdict.Healthy, ("aicore_utilization_ratio", 0.37), ("memory_used_bytes", 2147483648)) with { Identity = "0000:C1:00.0" });
        agent.Look("chip-bandwidth", Seen(Subject.Host), Seen(First, Verdict.Healthy, ("memory_bandwidth_utilization_ratio", 0.62)));
        agent.Look("chip-health", Seen(Subject.Host), Seen(First, Verdict.Faulty));
        agent.Look("engine-throughput", Seen(Story.Engine, Verdict.Healthy, ("request_latency_p99_seconds", 4.5)));
    }
}
