using Agent.Adapters.VllmHttp;

namespace Agent.Tests.Adapters;

public sealed class EngineCountersTests
{
    [Fact]
    public void Counters_are_summed_over_engines_and_read_whatever_the_order_of_labels()
    {
        var counters = EngineCounters.Parse("""
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{engine="0",model_name="a} b"} 2.0
            vllm:num_requests_running{model_name="a} b",engine="1"} 1.0
            vllm:num_requests_waiting{engine="0",model_name="m"} 0.0
            vllm:generation_tokens_total{engine="0",model_name="m"} 1.0970652e+010
            vllm:prompt_tokens_total{engine="0",model_name="m"} 8.0 1795518973000
            vllm:iteration_tokens_total_count{engine="0",model_name="m"} 400.0
            vllm:gpu_cache_usage_perc{engine="0",model_name="m"} 0.25
            """);
        counters.Running.ShouldBe(3);
        counters.Waiting.ShouldBe(0);
        counters.GenerationTokens.ShouldBe(1.0970652e10);
        counters.PromptTokens.ShouldBe(8);
        counters.Iterations.ShouldBe(400);
        counters.KvCacheUsage.ShouldBe(0.25);
        counters.HasWork.ShouldBeTrue();
    }

    [Fact]
    public void Absent_is_not_zero()
    {
        var counters = EngineCounters.Parse("process_cpu_seconds_total 3.0\n");
        counters.CanTell.ShouldBeFalse();
        counters.Running.ShouldBeNull();
    }

    [Fact]
    public void Waiting_for_something_outside_the_engine_is_no_work_and_sleep_is_told()
    {
        var counters = EngineCounters.Parse("""
            process_start_time_seconds 1.795518973e+09
            vllm:num_requests_running{engine="0",model_name="m"} 0.0
            vllm:num_requests_waiting{engine="0",model_name="m"} 3.0
            vllm:num_requests_waiting_by_reason{engine="0",model_name="m",reason="capacity"} 0.0
            vllm:num_requests_waiting_by_reason{engine="0",model_name="m",reason="deferred"} 3.0
            vllm:engine_sleep_state{engine="0",model_name="m",sleep_state="awake"} 0.0
            """);
        counters.Waiting.ShouldBe(3);
        counters.HasWork.ShouldBeFalse();
        counters.IsAsleep.ShouldBeTrue();
        counters.Born.ShouldBe(1795518973);
    }

    // What each file of a vLLM version shows; what it does not show stays null.
    [Theory]
    [InlineData("metrics-synth-main-aug2026.prom", 27453d, 52144d, 400d, 8d, 3d)]
    [InlineData("metrics-real-0.30.0-cpu-selected.prom", 32d, 8d, null, 0d, 0d)]
    [InlineData("metrics-real-waiting-overload.prom", 2138504d, 624271d, null, 20d, 721d)]
    [InlineData("metrics-real-0.29.0-cpu-ttft.prom", 11392d, null, null, null, null)]
    [InlineData("metrics-real-v0-0.8.x-cpu.prom", null, null, null, null, null)]
    [InlineData("metrics-real-v1-0.10.0-both-names.prom", null, null, null, null, null)]
    [InlineData("metrics-real-sums-consistency.txt", null, null, null, null, null)]
    public void Real_expositions_are_read(string capture, double? generated, double? prompted, double? iterations, double? running, double? waiting)
    {
        var counters = EngineCounters.Parse(Captures.Read("vllm/" + capture));
        (counters.GenerationTokens, counters.PromptTokens, counters.Iterations, counters.Running, counters.Waiting)
            .ShouldBe((generated, prompted, iterations, running, waiting));
        counters.CanTell.ShouldBe(prompted is not null);
    }

    [Fact]
    public void The_share_of_the_KV_cache_has_two_names_and_the_present_one_counts()
    {
        EngineCounters.Parse(Captures.Read("vllm/metrics-real-v1-0.10.0-both-names.prom")).KvCacheUsage.ShouldBe(9.75010481363281e-06);
        EngineCounters.Parse(Captures.Read("vllm/metrics-synth-main-aug2026.prom")).KvCacheUsage.ShouldBe(0.4375);
    }

    // vLLM 0.8 and before: no label engine, iteration_tokens_total there or not.
    [Theory]
    [InlineData("vllm:generation_tokens_total{model_name=\"m\"} 5.0\nvllm:prompt_tokens_total{model_name=\"m\"} 5.0\n", true)]
    [InlineData("vllm:iteration_tokens_total_count{model_name=\"m\"} 5.0\n", true)]
    [InlineData("vllm:prompt_tokens_total{model_name=\"m\"} 5.0\n", false)]
    public void Any_counter_that_moves_with_every_step_is_enough(string exposition, bool canTell) => EngineCounters.Parse(exposition).CanTell.ShouldBe(canTell);
}
