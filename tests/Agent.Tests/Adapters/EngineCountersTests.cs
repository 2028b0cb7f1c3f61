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

    [Theory]
    [InlineData("metrics-synth-main-aug2026.prom", 27453, 52144)]
    [InlineData("metrics-real-0.30.0-cpu-selected.prom", 32, 8)]
    public void Real_expositions_are_read(string capture, double generated, double prompted)
    {
        var counters = EngineCounters.Parse(Captures.Read("vllm/" + capture));
        counters.GenerationTokens.ShouldBe(generated);
        counters.PromptTokens.ShouldBe(prompted);
    }
}
