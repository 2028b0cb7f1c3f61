using Agent.Adapters.VllmHttp;
using Agent.Configuration.Engines;
using Agent.Engines.Throughput;

namespace Agent.Tests.Engines;

public sealed class ThroughputTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "1")]
    [InlineData(2, "2-4")]
    [InlineData(4, "2-4")]
    [InlineData(5, "5-8")]
    [InlineData(16, "9-16")]
    [InlineData(17, "17-32")]
    public void Concurrency_comes_in_bands_that_double(double running, string? band) => ConcurrencyBand.Of(running).ShouldBe(band);

    [Fact]
    public void Tokens_per_second_are_those_of_the_window_and_a_restart_begins_anew()
    {
        var window = new ScrapeWindow(TimeSpan.FromSeconds(60));
        window.Add(TimeSpan.Zero, Scrape(1000, 2)).ShouldBeNull();
        for (var i = 1; i <= 8; i++)
        {
            var figures = window.Add(i * Step, Scrape(1000 + (i * 1500), 3))!;
            figures.GenerationTokensPerSecond.ShouldBe(100);
            figures.Length.ShouldBe(TimeSpan.FromSeconds(Math.Min(60, i * 15)));
            figures.Band.ShouldBe("2-4");
        }

        window.Add(9 * Step, Scrape(20, 3, startedAt: 2)).ShouldBeNull();
        window.Add(10 * Step, Scrape(1520, 9, startedAt: 2))!.GenerationTokensPerSecond.ShouldBe(100);
        // A counter that fell is a restart, too, on a page that says nothing of its start.
        window.Add(11 * Step, Scrape(5, 9, startedAt: 2)).ShouldBeNull();
    }

    [Fact]
    public void A_window_of_two_bands_is_of_none()
    {
        var window = new ScrapeWindow(TimeSpan.FromSeconds(60));
        window.Add(TimeSpan.Zero, Scrape(0, 4));
        window.Add(Step, Scrape(1500, 5))!.Band.ShouldBeNull();
    }

    [Fact]
    public void Too_few_tokens_at_the_same_concurrency_are_told_after_a_while_and_not_learned()
    {
        using var folder = new TemporaryFolder();
        var baseline = new ThroughputBaseline(Engine(), folder.Path);
        var judge = new ThroughputJudge(new ThroughputSettings(TimeSpan.FromSeconds(60), 0.7, TimeSpan.FromMinutes(5), 40), baseline);
        var at = TimeSpan.Zero;
        for (var i = 0; i < 40; i++)
            judge.See(at += Step, Figures(100, "5-8")).CouldCompare.ShouldBeFalse();
        judge.See(at += Step, Figures(71, "5-8")).ShouldBe(new ThroughputVerdict(100, TimeSpan.Zero, false, true), "above the share");
        judge.See(at += Step, Figures(10, "1")).CouldCompare.ShouldBeFalse("another concurrency is not known yet");

        var usual = baseline.Of("5-8");
        judge.See(at += Step, Figures(50, "5-8")).IsLow.ShouldBeFalse();
        for (var i = 0; i < 19; i++)
            judge.See(at += Step, Figures(50, "5-8")).IsLow.ShouldBeFalse();
        judge.See(at += Step, Figures(50, "5-8")).ShouldBe(new ThroughputVerdict(usual, TimeSpan.FromMinutes(5), true, true));
        baseline.Of("5-8").ShouldBe(usual);

        judge.See(at += Step, Figures(0, null)).ShouldBe(new ThroughputVerdict(null, TimeSpan.FromMinutes(5), true, false), "idle proves nothing");
        judge.See(at += Step, Figures(99, "5-8")).IsLow.ShouldBeFalse();
        judge.See(at + Step, Figures(50, "5-8")).LowFor.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Time_that_could_not_be_compared_does_not_count_as_low()
    {
        using var folder = new TemporaryFolder();
        var baseline = new ThroughputBaseline(Engine(), folder.Path);
        var judge = new ThroughputJudge(new ThroughputSettings(TimeSpan.FromSeconds(60), 0.7, TimeSpan.FromMinutes(5), 2), baseline);
        var at = TimeSpan.Zero;
        for (var i = 0; i < 3; i++)
            judge.See(at += Step, Figures(100, "1"));
        judge.See(at += Step, Figures(50, "1"));
        judge.See(at += TimeSpan.FromHours(1), Figures(0, null));
        judge.See(at + TimeSpan.FromHours(1), Figures(50, "1")).LowFor.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void What_was_learned_outlives_the_agent_and_not_the_options()
    {
        using var folder = new TemporaryFolder();
        var baseline = new ThroughputBaseline(Engine(), folder.Path);
        for (var i = 0; i < 40; i++)
            baseline.Learn("2-4", 100 + (i % 2));
        new ThroughputBaseline(Engine(), folder.Path).Of("2-4")!.Value.ShouldBe(100.5, 1e-9);
        new ThroughputBaseline(Engine("max_num_seqs: 2"), folder.Path).Of("2-4").ShouldBeNull();

        baseline.Learn("2-4", 300);
        baseline.Of("2-4")!.Value.ShouldBe(101.5, 0.01, "one window moves it little");
    }

    [Fact]
    public void Figures_are_told_with_the_bounds_that_the_buckets_leave_open()
    {
        var times = new LatencyHistogram([0.25, 0.5, 1, double.PositiveInfinity], [0, 150, 190, 200], 90);
        var text = ThroughputText.Of(Figures(420, "5-8") with { FirstToken = times }, 500);
        text.ShouldBe("420 tokens/s with 5-8 running, usually 500; first token p50 0.42 (0.25-0.5), p95 1 (0.5-1), p99 1 (1-) s");
        var measures = ThroughputText.Measures(Figures(420, "5-8") with { FirstToken = times }, 500);
        measures["time_to_first_token_p50_seconds"].ShouldBe(0.25 + (0.25 * 100 / 150), 1e-9);
        measures["time_to_first_token_p99_from_seconds"].ShouldBe(1);
        measures.ShouldNotContainKey("time_to_first_token_p99_to_seconds");
        measures["usual_generation_tokens_per_second"].ShouldBe(500);
    }

    private static EngineScrape Scrape(double tokens, double running, double startedAt = 1) =>
        new(new EngineCounters(running, 0, tokens, tokens / 10, null, null), startedAt, null, null, null);

    private static ThroughputFigures Figures(double rate, string? band) => new(TimeSpan.FromSeconds(60), rate, 10, band, null, null, null);

    private static EngineSettings Engine(string more = "max_num_seqs: 16")
    {
        var load = SettingsFile.Parse("t.yaml", $"engines:\n  - name: a\n    model: /m\n    chips: [0/0]\n    {more}\n", _ => false);
        load.Problems.ShouldBeEmpty();
        return load.Settings!.Engines[0];
    }
}
