using Agent.Adapters.Containers;
using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.VllmHttp;
using Agent.Domain.Observations;
using Agent.Engines.Drift;
using Agent.Engines.Starting;
using Agent.Engines.Throughput;

namespace Agent.Tests.Fuzz;

/// <summary>What fuzzing found, each by itself: before, it ended the agent, kept it busy for ever or filled its memory.</summary>
public sealed class FoundTests
{
    [Theory]
    [InlineData("non-default args: {x: [a](], y: 1}")]
    [InlineData("non-default args: {x: [a]], y: 1}")]
    [InlineData("args: Namespace(x=[}{], y=1)")]
    public void A_bracket_that_closes_nothing_is_passed_over(string line) => EngineArguments.Parse(line).ShouldNotBeNull();

    [Fact]
    public void A_list_may_nest_as_deep_as_its_writer_likes() =>
        EngineArguments.Parse("non-default args: {x: " + new string('[', 15_000) + new string(']', 15_000) + "}")!.Values["x"].Length.ShouldBeLessThan(30_000);

    [Theory]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NaN)]
    [InlineData(1e300)]
    [InlineData(4294967296)]
    public void No_band_is_looked_for_in_what_is_no_number_of_requests(double running) => ConcurrencyBand.Of(running).ShouldBeNull();

    [Theory]
    [InlineData("+Inf")]
    [InlineData("NaN")]
    [InlineData("1e999")]
    public void A_sample_without_a_finite_number_is_none(string value) => EngineCounters.Parse($"vllm:num_requests_running {value}\n").Running.ShouldBeNull();

    [Fact]
    public void Sums_beyond_all_numbers_are_none() =>
        EngineCounters.Parse("vllm:generation_tokens_total{engine=\"0\"} 1e308\nvllm:generation_tokens_total{engine=\"1\"} "
            + "1e308\n").GenerationTokens.ShouldBeNull();

    [Fact]
    public void A_page_may_name_any_number_of_ranks()
    {
        var page = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"vllm:num_requests_running{{engine=\"{i}\"}} 1\n"));
        var counters = EngineCounters.Parse(page);
        counters.Running.ShouldBe(40_000);
        counters.Ranks.Count.ShouldBe(1000);
    }

    [Fact]
    public void A_bucket_without_a_bound_is_left_out()
    {
        var page = "vllm:e2e_request_latency_seconds_bucket{le=\"x\"} 1\nvllm:e2e_request_latency_seconds_bucket{le=\"1\"} "
            + "5\nvllm:e2e_request_latency_seconds_bucket 7\n";
        EngineScrape.Parse(page).WholeRequest!.Bounds.ShouldBe([1]);
    }

    [Fact]
    public void Figures_that_are_no_numbers_are_not_kept() =>
        new Observation
        {
            Probe = "p",
            Subject = Subject.Host,
            Verdict = Verdict.Healthy,
            Summary = "",
            At = Story.Start,
            Measures = new Dictionary<string,
            double>
            { ["a"] = double.NaN, ["b"] = double.PositiveInfinity, ["c"] = 1 }
        }
            .Measures.Keys.ShouldBe(["c"]);

    [Theory]
    [InlineData("Loading safetensors checkpoint shards:  ５% Completed | ９/17 [00:02<00:02,  3.93it/s]")]
    [InlineData("Capturing graphs:  ٣%|#| 1/2 [00:01<00:01]")]
    public void Digits_of_another_script_are_no_progress(string line) => ShardProgress.Read(line).ShouldBeNull();

    [Fact]
    public void Digits_of_another_script_are_no_chip() =>
        SettingsFile.Parse("t.yaml", "engines:\n  - name: a\n    model: /m\n    chips: [１/0]\n", _ => false).Problems.ShouldNotBeEmpty();

    [Fact]
    public void A_configuration_without_end_is_refused_with_its_place()
    {
        var problem = SettingsFile.Parse("t.yaml", "engines:\n  - " + new string('[', 20_000), _ => false).Problems.ShouldHaveSingleItem();
        (problem.Line, problem.ToString().Contains("nests deeper than 50 levels", StringComparison.Ordinal)).ShouldBe((2, true));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2,"npu-agent.engine":"x"}""", 2)]
    [InlineData("""{"\ud800":1}""", null)]
    public void Labels_of_an_image_are_as_its_maker_likes(string labels, int? count) =>
        (ContainerState.Parse($$$"""[{"State":{"Pid":1},"Config":{"Labels":{{{labels}}} } }]""")?.Labels.Count).ShouldBe(count);

    [Fact]
    public void A_line_of_a_tool_may_be_as_long_as_it_likes()
    {
        _ = ProcessMemory.Parse("Process id: 1 Process name:" + new string(' ', 60_000), 0);
        _ = HccnText.Parse(new string('=', 60_000) + "x");
    }
}
