using System.Globalization;
using Agent.Adapters.VllmHttp;
using Agent.Engines.Bench;

namespace Agent.Tests.Adapters;

public sealed class LatencyHistogramTests
{
    private const string Page = """
        vllm:time_to_first_token_seconds_bucket{engine="0",le="0.1",model_name="m"} 10.0
        vllm:time_to_first_token_seconds_bucket{engine="0",le="0.25",model_name="m"} 90.0
        vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="m"} 100.0
        vllm:time_to_first_token_seconds_bucket{model_name="m",le="0.1",engine="1"} 10.0
        vllm:time_to_first_token_seconds_bucket{model_name="m",le="0.25",engine="1"} 90.0
        vllm:time_to_first_token_seconds_bucket{model_name="m",le="+Inf",engine="1"} 100.0
        vllm:time_to_first_token_seconds_sum{engine="0",model_name="m"} 20.0
        vllm:time_to_first_token_seconds_sum{engine="1",model_name="m"} 20.0
        vllm:time_to_first_token_seconds_created{engine="1",model_name="m"} 1.7898432023700442e+09
        vllm:time_per_output_token_seconds_bucket{le="0.01",model_name="m"} 5.0
        vllm:time_per_output_token_seconds_bucket{le="+Inf",model_name="m"} 5.0
        """;

    [Fact]
    public void Buckets_are_summed_over_engines_and_quantiles_interpolated_within_their_bounds()
    {
        var times = EngineScrape.Parse(Page).FirstToken!;
        times.Count.ShouldBe(200);
        times.Mean.ShouldBe(0.2);
        var median = times.Quantile(0.5)!;
        median.Value.ShouldBe(0.1 + (0.15 * 80 / 160), 1e-9);
        (median.From, median.To).ShouldBe((0.1, 0.25));
        times.Quantile(0.05)!.ShouldBe(new BucketQuantile(0.05, 0, 0.1));
    }

    [Fact]
    public void Beyond_the_last_bound_it_is_the_last_bound() =>
        EngineScrape.Parse(Page).FirstToken!.Quantile(0.99).ShouldBe(new BucketQuantile(0.25, 0.25, double.PositiveInfinity));

    [Fact]
    public void The_older_name_of_the_time_between_tokens_is_read() => EngineScrape.Parse(Page).BetweenTokens!.Count.ShouldBe(5);

    [Fact]
    public void Two_scrapes_give_what_came_between_them_and_fallen_counts_begin_anew()
    {
        var (earlier, later) = (new LatencyHistogram([1, double.PositiveInfinity], [10, 12], 5),
            new LatencyHistogram([1, double.PositiveInfinity], [11, 15], 9));
        var between = later.Since(earlier);
        between.Counts.ShouldBe([1, 3]);
        between.Sum.ShouldBe(4);
        earlier.Since(later).ShouldBe(earlier);
        later.Since(null).ShouldBe(later);
    }

    [Fact]
    public void A_quantile_with_nothing_beyond_it_is_none()
    {
        var hundred = new LatencyHistogram([1, double.PositiveInfinity], [100, 100], 50);
        hundred.Quantile(0.99).ShouldNotBeNull();
        new LatencyHistogram([1, double.PositiveInfinity], [99, 99], 50).Quantile(0.99).ShouldBeNull();
        new LatencyHistogram([1, double.PositiveInfinity], [0, 0], 0).Quantile(0.5).ShouldBeNull();
    }

    [Theory]
    [InlineData("metrics-synth-main-aug2026.prom")]
    [InlineData("metrics-real-0.29.0-cpu-ttft.prom")]
    public void Histograms_of_recorded_pages_agree_with_their_counts(string capture)
    {
        var page = Captures.Read("vllm/" + capture);
        var times = EngineScrape.Parse(page).FirstToken!;
        Exposition.Samples(page, "vllm:time_to_first_token_seconds_count").Select(s => s.Value).DefaultIfEmpty(times.Count).Sum().ShouldBe(times.Count);
        times.Counts.ShouldBeInOrder();
        double.IsPositiveInfinity(times.Bounds[^1]).ShouldBeTrue();
    }

    /// <summary>21 requests of 512 tokens: gaps are tokens less requests, and their times add up to those of decoding.</summary>
    [Fact]
    public void The_identities_of_a_real_run_hold_for_what_is_computed_from_it()
    {
        var rows = Captures.Read("vllm/metrics-real-sums-consistency.txt").Split('\n').Select(l => l.Split(' ')).Where(l => l is [_, "count", _, "sum", _])
            .ToDictionary(l => l[0], l => (Count: Number(l[2]), Sum: Number(l[4])));
        var (first, between, whole) = (rows["time_to_first_token_seconds"], rows["inter_token_latency_seconds"], rows["e2e_request_latency_seconds"]);
        between.Count.ShouldBe((first.Count * 512) - first.Count);
        (first.Sum + between.Sum).ShouldBe(whole.Sum, 1e-3);

        var histogram = new LatencyHistogram([double.PositiveInfinity], [between.Count], between.Sum);
        histogram.Mean.ShouldBe(rows["request_time_per_output_token_seconds"].Sum / first.Count, 1e-6);
    }

    [Fact]
    public void Own_times_have_the_quantiles_of_numpy()
    {
        var times = BenchTimes.Of(Enumerable.Range(1, 10).Select(i => TimeSpan.FromSeconds(i)));
        (times.Mean, times.P50).ShouldBe((5.5, 5.5));
        times.P95.ShouldBe(9.55, 1e-9);
        times.P99.ShouldBe(9.91, 1e-9);
        BenchTimes.Of([]).ShouldBe(new BenchTimes(0, 0, 0, 0));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
