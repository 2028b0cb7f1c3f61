using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.VllmHttp;
using Agent.Domain.Observations;
using Agent.Engines.Answers;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Agent.Engines.Throughput;
using Agent.Reports;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Fuzz;

/// <summary>What an engine, or whoever took its port, may print as its metrics.</summary>
public sealed class MetricsFuzzTests : IDisposable
{
    private const string Page = """
        # TYPE vllm:num_requests_running gauge
        vllm:num_requests_running{engine="0",model_name="m"} 2.0
        vllm:num_requests_running{engine="1",model_name="m"} 1.0
        vllm:num_requests_waiting{engine="0",model_name="m"} 3.0
        vllm:num_requests_waiting_by_reason{engine="0",model_name="m",reason="deferred"} 1.0
        vllm:generation_tokens_total{engine="0",model_name="m"} 1e+06
        vllm:generation_tokens_total{engine="1",model_name="m"} 7.5e+05
        vllm:prompt_tokens_total{engine="0",model_name="m"} 12345.0
        vllm:iteration_tokens_total_count{engine="0",model_name="m"} 4711.0
        vllm:engine_sleep_state{sleep_state="awake"} 1.0
        vllm:kv_cache_usage_perc{engine="0",model_name="m \" \\ x"} 0.5
        process_start_time_seconds 1.76e+09
        vllm:time_to_first_token_seconds_bucket{engine="0",le="0.001",model_name="m"} 0.0
        vllm:time_to_first_token_seconds_bucket{engine="0",le="0.1",model_name="m"} 50.0
        vllm:time_to_first_token_seconds_bucket{engine="0",le="+Inf",model_name="m"} 200.0
        vllm:time_to_first_token_seconds_sum{engine="0",model_name="m"} 12.5
        vllm:inter_token_latency_seconds_bucket{le="0.01"} 300.0
        vllm:inter_token_latency_seconds_bucket{le="+Inf"} 400.0
        vllm:inter_token_latency_seconds_sum 3.0
        vllm:request_success_total{engine="0",finished_reason="stop"} 31.0
        vllm:request_success_total{engine="0",finished_reason="length"} 9.0
        vllm:request_generation_tokens_sum{engine="0"} 4000.0
        vllm:spec_decode_num_draft_tokens_total{engine="0"} 9000.0
        vllm:spec_decode_num_accepted_tokens_total{engine="0"} 6000.0

        """;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void No_page_of_metrics_makes_its_readers_stumble_or_is_answered_with_what_is_no_JSON()
    {
        var load = SettingsFile.Parse("t.yaml", $"state_folder: {_folder.Path}\nengines:\n  - name: a\n    model: /m\n    chips: [0/0]\n", _ => false);
        var engine = load.Settings!.Engines[0];
        var run = new EngineRun(1, 1, "boot", Story.Start, "/log", "vllm serve /m");
        var clock = new FakeTimeProvider(Story.Start);
        var (counters, window, judge) = (new CounterTrack(clock, engine.StallGrace, TimeSpan.FromSeconds(15)), new ScrapeWindow(engine.Throughput.Window),
            new ThroughputJudge(engine.Throughput, new ThroughputBaseline(engine, _folder.Path)));
        var (queue, answers) = (new QueueTrack(clock), new AnswerTrack());
        AnswerCounts? last = null;
        Fuzzing.Play("metrics", 6000, [Page, .. Captures.Texts("vllm/*.prom")], text =>
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            var at = clock.GetUtcNow() - Story.Start;
            var scrape = EngineScrape.Parse(text);
            var sign = counters.Take(run, scrape.Counters);
            JsonSerializer.Serialize([sign.Running, sign.Waiting, sign.StillFor.TotalSeconds, scrape.Counters.KvCacheUsage ?? 0],
                MeasuresJson.Default.DoubleArray);
            var answered = AnswerCounts.Parse(text);
            answers.Take(run, last is null ? null : answered.Since(last));
            last = answered;
            answers.Text?.ShouldNotContain("NaN");
            _ = queue.Take(run, scrape.Counters)?.Text;
            if (window.Add(at, scrape) is not { } figures)
                return;
            var verdict = judge.See(at, figures);
            _ = ThroughputText.Of(figures, verdict.Usual);
            var seen = new Observation
            {
                Probe = "p",
                Subject = Subject.Host,
                Verdict = Verdict.Healthy,
                Summary = "s",
                At = Story.Start,
                Measures = ThroughputText.Measures(figures, verdict.Usual)
            };
            JsonSerializer.Serialize([ObservationDocument.Of(seen, Story.Start)], DocumentJson.Compact.ObservationDocumentArray);
        }, (512 * 1024, 400));
    }

    public void Dispose() => _folder.Dispose();
}

[JsonSerializable(typeof(double[]))]
internal sealed partial class MeasuresJson : JsonSerializerContext;
