using Agent.Domain.Faults;
using Agent.Engines.Causes;
using Agent.Engines.Logs;
using Agent.Engines.Signs;
using Agent.Engines.Starting;

namespace Agent.Tests.Engines;

public sealed class EngineLogFactsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_start_up_goes_through_its_stages_and_a_late_line_takes_none_back()
    {
        var facts = Read(
            "(APIServer pid=1) INFO 11-24 10:00:00 [utils.py:233] non-default args: {'model_tag': 'm'}",
            "(Worker_TP0 pid=3) INFO 11-24 10:00:01 [model_runner_v1.py:3182] Starting to load model /models/m...",
            "Loading safetensors checkpoint shards:  53% Completed | 9/17 [00:02<00:02,  3.93it/s]");
        facts.Stage.ShouldBe(StartupStage.LoadingWeights);
        facts.StageText.ShouldBe("loading weights 53 %");
        facts.After("(Worker_TP1 pid=4) INFO [parallel_state.py:1208] world_size=2 rank=1 distributed_init_method=tcp://x",
            Start).Stage.ShouldBe(StartupStage.LoadingWeights);
    }

    [Fact]
    public void Lines_that_a_stuck_start_up_repeats_are_no_progress()
    {
        var facts = Read("Starting to load model x");
        var later = Start.AddMinutes(5);
        facts.After("No available shared memory broadcast block found in 60 seconds.", later).ProgressAt.ShouldBe(Start);
        facts.After("Waiting for 1 local, 0 remote core engine proc(s) to start.", later).ProgressAt.ShouldBe(Start);
        facts.After("Loading safetensors checkpoint shards:  54% Completed | 9/17", later).ProgressAt.ShouldBe(later);
    }

    [Fact]
    public void What_a_validation_found_stands_in_the_line_below_it()
    {
        var facts = Read(
            "pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig",
            "  Value error, User-specified max_model_len (8192) is greater than the derived max_model_len (max_position_embeddings=1024)",
            "  Value error, something else");
        facts.CauseLine.ShouldBe("pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig: Value error, User-specified "
            + "max_model_len (8192) is greater than the derived max_model_len (max_position_embeddings=1024)");
    }

    [Fact]
    public void A_progress_bar_is_read_before_its_line_ends()
    {
        var facts = Read("Starting to load model x").Showing("Loading safetensors checkpoint shards:  53% Completed | 9/17 [00:02<00:02,  3.93it/s]",
            Start.AddMinutes(1));
        facts.StageText.ShouldBe("loading weights 53 %");
        facts.Showing("Loading safetensors checkpoint shards:  53% Completed | 9/17 [00:02<00:02,  3.93it/s]",
            Start.AddMinutes(2)).ProgressAt.ShouldBe(Start.AddMinutes(1));
    }

    [Fact]
    public void Only_the_first_cause_counts()
    {
        var facts = Read(
            "RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB (NPU 0; 60.96 GiB total capacity)",
            "Worker proc VllmWorker-0 died unexpectedly (exit code: 1), shutting down executor.",
            "EngineCore encountered a fatal error.");
        facts.CauseFault.ShouldBe(FaultCodes.EngineOutOfMemory);
        facts.DeathLine!.ShouldContain("VllmWorker-0 died");
    }

    [Theory]
    [InlineData("RuntimeError: NPU function error: ASCEND_ERROR_DEVICE_NOT_AVAILABLE", FaultCodes.DeviceNotAvailable)]
    [InlineData("ValueError: Free memory on device npu:0 (3.21/60.96 GiB) on startup is less than desired GPU memory utilization (0.9, 54.87 GiB).",
        FaultCodes.ChipMemoryHeld)]
    [InlineData("ValueError: No available memory for the cache blocks. Try increasing `gpu_memory_utilization`", FaultCodes.EngineKvCacheTooSmall)]
    [InlineData("To serve at least one request with the models's max seq len (16384), (3.0 GiB KV cache is needed, which is larger than the available",
        FaultCodes.EngineKvCacheTooSmall)]
    [InlineData("Value error, User-specified max_model_len (1048576) is greater than the derived max_model_len", FaultCodes.EngineConfigError)]
    [InlineData("ERROR 11-08 11:01:29 [multiproc_executor.py:135] Worker proc VllmWorker-3 died unexpectedly, shutting down executor.",
        FaultCodes.EngineWorkerDied)]
    [InlineData("INFO:     127.0.0.1:36136 - \"POST /v1/chat/completions HTTP/1.1\" 200 OK", null)]
    public void Lines_of_real_logs_name_their_cause(string line, string? fault) => (LogSignatures.Find(line)?.Fault).ShouldBe(fault);

    [Theory]
    [InlineData("vllm/startup-vllm-ascend-0.11-qwen3-32b-tp8.log")]
    [InlineData("vllm/startup-vllm-0.26.0-tp2-journald.log")]
    public void Real_start_ups_end_serving_and_name_no_cause(string capture)
    {
        var facts = Read([.. Captures.Read(capture).Split('\n').TakeWhile(l => !l.Contains("SelfAttentionOperation", StringComparison.Ordinal))]);
        facts.Stage.ShouldBe(StartupStage.Serving);
        facts.CauseFault.ShouldBeNull();
        facts.DeathLine.ShouldBeNull();
    }

    [Theory]
    [InlineData(" Paris. It is", "Paris", true)]
    [InlineData(" Berlin", "Paris", false)]
    [InlineData(" Paris, the capital", null, true)]
    [InlineData(")),)_)))....", null, false)]
    [InlineData(" the the the the", null, false)]
    [InlineData("", null, false)]
    [InlineData("巴黎是法国的首都", null, true)]
    public void A_canary_s_answer_is_judged(string answer, string? expected, bool right) => (CanaryJudge.Complaint(answer, expected) is null).ShouldBe(right);

    private static EngineLogFacts Read(params string[] lines) =>
        lines.Aggregate(new EngineLogFacts { ProgressAt = Start }, (facts, line) => facts.After(line, Start));
}
