using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Engines.Starting;

namespace Agent.Tests.Configuration;

public sealed class EngineParameterTests
{
    [Fact]
    public void The_parameters_of_the_guide_become_options_of_vLLM()
    {
        var engine = Engine(
            """
            tokenizer: /t
            dtype: auto
            tensor_parallel_size: 2
            batch_size: 16
            max_seq_len: 2048
            worker_use_ray: false
            device: ascend
            mixed_precision: true
            dynamic_batching: { max_token: 4096, preferred_batch_size: [8, 16] }
            kv_cache_limit: 0.9
            reuse_cache: true
            page_size: 1024
            """);
        EngineCommandLine.Render(engine).Arguments.ShouldBe(
        [
            "serve", "/m", "--served-model-name", "/m", "--host", "127.0.0.1", "--port", "8000", "--tensor-parallel-size", "2", "--tokenizer", "/t",
                "--dtype", "auto",
            "--distributed-executor-backend", "mp", "--max-model-len", "2048", "--max-num-seqs", "16", "--max-num-batched-tokens", "4096",
            "--compilation-config", """{"cudagraph_capture_sizes":[8,16]}""", "--gpu-memory-utilization", "0.9", "--enable-prefix-caching",
        ]);
        var notes = EngineNotes.Of(engine);
        notes.ShouldContain("page_size: 1024: not applicable on Ascend: --block-size is forced to 128 tokens while prefix caching or chunked prefill is on, "
            + "and both are by default (in force: 128)");
        notes.ShouldContain(n => n.StartsWith("device: ascend: vLLM has no --device", StringComparison.Ordinal));
        notes.ShouldContain(n => n.StartsWith("worker_use_ray: false: ", StringComparison.Ordinal) && n.EndsWith("(in force: mp)", StringComparison.Ordinal));
        notes.ShouldContain(n => n.StartsWith("mixed_precision: true: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kv_cache_limit: 20GiB", "--kv-cache-memory-bytes 21474836480")]
    [InlineData("kv_cache_memory_bytes: 1GiB", "--kv-cache-memory-bytes 1073741824")]
    [InlineData("enable_prefix_caching: false", "--no-enable-prefix-caching")]
    [InlineData("mixed_precision: bf16", "--dtype bfloat16")]
    [InlineData("worker_use_ray: true", "--distributed-executor-backend ray")]
    [InlineData("block_size: 64", "--block-size 64")]
    [InlineData("max_seq_len: 2048\nmax_model_len: 2048", "--max-model-len 2048")]
    [InlineData("mixed_precision: fp16\ndtype: float16", "--dtype float16")]
    [InlineData("dynamic_batching: { preferred_batch_sizes: [4] }\ncompilation_config: '{\"cudagraph_mode\":\"FULL\"}'",
        "--compilation-config '{\"cudagraph_mode\":\"FULL\",\"cudagraph_capture_sizes\":[4]}'")]
    public void A_setting_becomes_an_option_once(string yaml, string option)
    {
        var line = EngineCommandLine.Render(Engine(yaml)).ToString();
        line.ShouldEndWith(" " + option);
        line.Split(option.Split(' ')[0] + " ").Length.ShouldBeLessThanOrEqualTo(2);
    }

    [Theory]
    [InlineData("max_seq_len: 2048\nmax_model_len: 4096", "max_seq_len: 2048, but max_model_len says 4096, and both are --max-model-len; give one of them")]
    [InlineData("batch_size: 16\nmax_num_seqs: 8", "batch_size: 16, but max_num_seqs says 8")]
    [InlineData("dynamic_batching: { max_token: 1 }\nmax_num_batched_tokens: 2", "dynamic_batching.max_token: 1, but max_num_batched_tokens says 2")]
    [InlineData("page_size: 1024\nblock_size: 128", "page_size: 1024, but block_size says 128")]
    [InlineData("reuse_cache: true\nenable_prefix_caching: false", "reuse_cache: true, but enable_prefix_caching says false")]
    [InlineData("kv_cache_limit: 0.8\ngpu_memory_utilization: 0.9", "kv_cache_limit: 0.8, but gpu_memory_utilization says 0.9")]
    [InlineData("worker_use_ray: true\ndistributed_executor_backend: mp", "worker_use_ray: true, but distributed_executor_backend says mp")]
    [InlineData("mixed_precision: fp16\ndtype: bfloat16", "mixed_precision: fp16, but dtype says bfloat16")]
    [InlineData("dynamic_batching: { preferred_batch_size: [8] }\ncompilation_config: '{\"cudagraph_capture_sizes\":[4]}'",
        "cudagraph_capture_sizes is [4], but dynamic_batching.preferred_batch_size says [8]")]
    [InlineData("device: cuda", "device: found 'cuda', allowed: ascend, npu")]
    [InlineData("dynamic_batching: { max_tokn: 1 }", "dynamic_batching.max_tokn: unknown key; did you mean 'max_token'?")]
    [InlineData("dynamic_batching: { preferred_batch_size: [] }", "is empty")]
    [InlineData("compilation_config: 3", "compilation_config: found '3', expected JSON")]
    [InlineData("arguments: { no-enable-prefix-caching: true }", "no-enable-prefix-caching has a key of its own")]
    [InlineData("arguments: { hf-token: abc }", "hf-token holds a secret")]
    public void What_does_not_go_together_is_named(string yaml, string problem) =>
        Load(yaml).Problems.Select(p => p.ToString()).ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));

    [Theory]
    [InlineData("environment: { VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS: 30000 }", "environment.VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS: ")]
    [InlineData("environment: { VLLM_SERVER_DEV_MODE: 1 }\nhost: 0.0.0.0", "environment.VLLM_SERVER_DEV_MODE: ")]
    [InlineData("environment: { VLLM_PORT: 8001 }", "environment.VLLM_PORT: ")]
    [InlineData("environment: { VLLM_API_KEY: k }", "environment.VLLM_API_KEY: ")]
    [InlineData("max_num_seqs: 16\nmax_num_batched_tokens: 8", "max_num_batched_tokens: less than max_num_seqs")]
    [InlineData("arguments: { device: npu }", "arguments.device: gone from vLLM")]
    [InlineData("arguments: { swap_space: 4 }", "arguments.swap-space: gone from vLLM")]
    [InlineData("arguments: { worker-use-ray: true }", "arguments.worker-use-ray: gone from vLLM")]
    public void A_trap_is_a_note_and_no_mistake(string yaml, string note) =>
        EngineNotes.Of(Engine(yaml)).ShouldHaveSingleItem().ShouldStartWith(note);

    [Theory]
    [InlineData("environment: { HF_HOME: /data/hub }",
        "environment.HF_HOME: /data/hub: the unit npu-engine@ lets an engine write to /var/lib/npu-engine, /tmp, /var/tmp, /dev/shm alone")]
    [InlineData("environment: { ASCEND_PROCESS_LOG_PATH: /var/log/plog }", "environment.ASCEND_PROCESS_LOG_PATH: /var/log/plog: ")]
    [InlineData("arguments: { ssl-keyfile: /etc/npu-agent/tls.key }",
        "arguments.ssl-keyfile: /etc/npu-agent/tls.key: the engine runs as npu-engine, for whom this folder is closed")]
    [InlineData("command: /var/lib/npu-agent/venv/bin/vllm", "command: /var/lib/npu-agent/venv/bin/vllm: ")]
    public void What_the_unit_of_the_package_keeps_from_an_engine_is_noted(string yaml, string note)
    {
        EngineNotes.Of(Engine("kind: systemd\n" + yaml)).ShouldHaveSingleItem().ShouldStartWith(note);
        EngineNotes.Of(Engine(yaml)).ShouldBeEmpty();
        EngineNotes.Of(Engine("kind: systemd\nunit: { name: vllm.service }\n" + yaml)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("kind: systemd\nenvironment: { HF_HOME: /var/lib/npu-engine/hub, TMPDIR: /tmp }")]
    [InlineData("kind: systemd\narguments: { chat-template: /etc/npu-agents/chat.jinja }")]
    [InlineData("environment: { VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS: 300 }")]
    [InlineData("environment: { VLLM_SERVER_DEV_MODE: 1 }")]
    [InlineData("max_num_seqs: 16")]
    public void What_is_no_trap_is_not_noted(string yaml) => EngineNotes.Of(Engine(yaml)).ShouldBeEmpty();

    private static EngineSettings Engine(string yaml)
    {
        var load = Load(yaml);
        load.Problems.ShouldBeEmpty();
        return load.Settings!.Engines[0];
    }

    private static ConfigurationLoad Load(string yaml) =>
        SettingsFile.Parse("t.yaml", "engines:\n  - name: a\n    model: /m\n    chips: [0/0, 1/0]\n    "
            + yaml.Replace("\n", "\n    ", StringComparison.Ordinal) + "\n", _ => false);
}
