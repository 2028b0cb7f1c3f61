using Agent.Configuration.Engines;
using Agent.Domain.Engines;
using Agent.Engines.Logs;
using Agent.Engines.Starting;
using Agent.Tests.Probes;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>How a start gets on, what will end it, and whether two of them failed alike.</summary>
public sealed class StartProgressTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Loading safetensors checkpoint shards:  53% Completed | 9/17 [00:02<00:02,  3.93it/s]", 53, 9, 17, 2)]
    [InlineData("Loading safetensors checkpoint shards:   0% Completed | 0/163 [00:00<?, ?it/s]", 0, 0, 163, 0)]
    [InlineData("Loading safetensors checkpoint shards:   6% Completed | 10/163 [1:02:03<15:49:00, 372.30s/it]", 6, 10, 163, 3723)]
    [InlineData("Capturing ACL graphs (decode, FULL):  96%|█████████▌| 24/25 [00:33<00:01,  1.42s/it]", 96, 24, 25, 33)]
    [InlineData("Capturing CUDA graph shapes:  96%|#########5| 24/25 [00:33<00:01,  1.42s/it]", 96, 24, 25, 33)]
    [InlineData("[100B blob data]", -1, 0, 0, 0)]
    [InlineData("Avg prompt throughput: 0.0 tokens/s, GPU KV cache usage: 53%", -1, 0, 0, 0)]
    public void Progress_bars_are_read(string line, int percent, int done, int total, int seconds)
    {
        var bar = ShardProgress.Read(line);
        (bar?.Percent ?? -1).ShouldBe(percent);
        (bar?.Done ?? 0, bar?.Total ?? 0, (bar?.Elapsed ?? TimeSpan.Zero).TotalSeconds).ShouldBe((done, total, seconds));
    }

    [Fact]
    public void A_rate_of_shards_tells_long_before_that_vLLMs_own_limit_will_end_the_start()
    {
        var slow = Read("Starting to load model /models/m...", "Loading safetensors checkpoint shards:   6% Completed | 10/163 [01:00<15:18,  6.00s/it]");
        ReadyLimit.Warning(slow, Engine())!.ShouldContain(
            "163 shards take 16m18s at this rate, vLLM ends the start after 10m: set VLLM_ENGINE_READY_TIMEOUT_S: 1500");
        ReadyLimit.Warning(slow, Engine("    environment: { VLLM_ENGINE_READY_TIMEOUT_S: 1800 }\n")).ShouldBeNull();
        ReadyLimit.Warning(Read("Starting to load model m", "Loading safetensors checkpoint shards:   1% Completed | 2/163 [00:12<16:06,  6.00s/it]"),
            Engine()).ShouldBeNull("two shards are no rate");
    }

    [Fact]
    public void Starts_that_differ_in_numbers_only_failed_alike()
    {
        var first = Of("(EngineCore_DP0 pid=123) ERROR 11-24 10:00:00 [core.py:842] RuntimeError: no kernel for 0x7f00 at block 12");
        first.ShouldNotBeNull();
        Of("(EngineCore_DP0 pid=99) ERROR 11-24 11:30:00 [core.py:842] RuntimeError: no kernel for 0x55aa at block 40").ShouldBe(first);
        Of("(EngineCore_DP0 pid=99) ERROR 11-24 11:30:00 [core.py:842] RuntimeError: no operator for 0x55aa at block 40").ShouldNotBe(first);
        Of("(APIServer pid=1) INFO 11-24 10:00:00 [launcher.py:100] [shutdown] API server: shutdown triggered", "RuntimeError: x")
            .ShouldBeNull("somebody ended it");
        Of("(EngineCore_DP0 pid=123) ERROR 11-24 10:00:00 [core.py:842] EngineCore failed to start.", "RuntimeError: no kernel for 0x7f00 at block 9",
            "KeyboardInterrupt: terminated").ShouldBe(first, "what was left of a start that had failed was ended");
        Of("OSError: [Errno 98] Address already in use").ShouldBeNull("what is in the way may go");
        Of("Application startup complete.", "RuntimeError: x").ShouldBeNull("it served");
    }

    [Theory]
    [InlineData("ValueError: To serve at least one request with the models's max seq len (16384), (3.0 GiB KV cache is needed, which is larger than the "
        + "available KV cache memory (0.18 GiB). Based on the available memory, the estimated maximum model length is 976.",
        "0.18 GiB are available for the KV cache, 976 tokens fit at most: set max_model_len: 896 (now 8192), or raise gpu_memory_utilization (now vLLM's "
        + "default)")]
    [InlineData("ValueError: No available memory for the cache blocks.",
        "raise gpu_memory_utilization (now vLLM's default), or spread the model over more chips: the weights leave no memory for a KV cache")]
    [InlineData("ValidationError: World size (4) is larger than the number of available NPUs (2)",
        "tensor_parallel_size must not exceed the chips that the engine sees: compare `chips` with npu-smi info -m and ASCEND_RT_VISIBLE_DEVICES")]
    [InlineData("vllm serve: error: unrecognized arguments: --shutdown-timeout 60",
        "this vLLM has no drain of its own (0.18 and later have): take shutdown-timeout out of arguments, the agent drains before it stops")]
    [InlineData("ValidationError: something new", null)]
    public void Advice_goes_by_the_figures_that_vLLM_gave(string line, string? advice) =>
        StartAdvice.For(Read(line), Engine("    max_model_len: 8192\n")).ShouldBe(advice);

    [Fact]
    public void Whether_the_start_before_failed_alike_is_read_from_its_log_so_that_a_new_agent_knows_it()
    {
        using var scene = new Bundles.EvidenceScene();
        scene.Write("state/engines/deepseek/20261124-090000-000.log", "RuntimeError: no kernel at block 12\n");
        scene.Started(Now, "RuntimeError: no kernel at block 40\n");
        var outlook = new StartOutlook(scene.Engine, StartScene.Numbering(new SmallBoard().NpuSmi), new FakeTimeProvider(Now));
        outlook.Look(EngineLife.Ended, scene.Engine.Handle.Log!.Read(),
            Now)!.FailsAlike!.ShouldContain("two starts in a row failed at launched with: RuntimeError: no kernel at block 40");
        outlook.Look(EngineLife.Running, scene.Engine.Handle.Log!.Read(), Now).ShouldBeNull("it may still get on");
    }

    private static StartFingerprint? Of(params string[] lines) => StartFingerprint.Of(Read(lines));

    private static EngineLogFacts Read(params string[] lines) =>
        lines.Aggregate(new EngineLogFacts { ProgressAt = Now }, (facts, line) => facts.After(line, Now));

    private static EngineSettings Engine(string more = "") =>
        SettingsFile.Parse("t.yaml", $"engines:\n  - name: a\n    model: /m\n    chips: [0/0]\n{more}", _ => false).Settings!.Engines[0];
}
