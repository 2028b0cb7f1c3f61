using Agent.Domain.Faults;

namespace Agent.Tests.Engines.Causes;

/// <content>Starts that were refused, and lines that look so.</content>
public sealed partial class StrangersLogTests
{
    [Theory]
    [InlineData("vllm serve: error: ambiguous option: --max could match --max-model-len, --max-num-seqs")]
    [InlineData("vllm serve: error: argument --port: expected one argument")]
    [InlineData("vllm serve: error: argument --enable-x: not allowed with argument --disable-x")]
    [InlineData("vllm: error: argument subparser: invalid choice: 'server' (choose from chat, complete, serve)")]
    [InlineData("usage: api_server.py [-h]¦                     [--host HOST]¦api_server.py: error: argument --tensor-parallel-size/-tp: invalid int value: "
        + "'two'")]
    [InlineData("usage: python3 -m vllm.entrypoints.openai.api_server [-h]¦python3 -m vllm.entrypoints.openai.api_server: error: unrecognized arguments: "
        + "--foo")]
    [InlineData("usage: python -m vllm.entrypoints.openai.api_server [-h]¦python -m vllm.entrypoints.openai.api_server: error: argument --x: x")]
    [InlineData("\u001b[1;34musage: \u001b[0m\u001b[1;35mvllm serve\u001b[0m [options]¦\u001b[1;35mvllm serve: \u001b[0m\u001b[1;31merror: "
        + "\u001b[0munrecognized arguments: --foo")]
    [InlineData("vllm_1  | usage: vllm serve [model_tag] [options]\r¦vllm_1  | vllm serve: error: unrecognized arguments: --foo\r")]
    [InlineData("2026-10-03T09:00:01.5Z stderr F vllm serve: error: argument --dtype: invalid choice: 'int3'")]
    [InlineData("pydantic.error_wrappers.ValidationError: 1 validation error for SchedulerConfig¦policy¦  unexpected value; permitted: 'fcfs', 'priority' "
        + "(type=value_error.const)")]
    [InlineData(Api + "pydantic.v1.error_wrappers.ValidationError: 1 validation error for AscendConfig¦" + Api + "x -> y¦" + Api
        + "  extra fields not permitted (type=value_error.extra)")]
    [InlineData(Api + "pydantic_core._pydantic_core.ValidationError: 1 validation error for VllmConfig¦" + Api
        + "  Value error, Total number of attention heads (64) must be divisible by tensor parallel size (3). [type=value_error]")]
    [InlineData(Api + "pydantic_core._pydantic_core.ValidationError: 2 validation errors for CompilationConfig¦" + Api + "pass_config.fuse_norm¦" + Api
        + "  Input should be a valid boolean [type=bool_parsing]")]
    [InlineData("ValueError: Total number of attention heads (52) must be divisible by tensor parallel size (8).")]
    [InlineData(Worker + "ERROR 10-03 09:00:50 [multiproc_executor.py:559] AssertionError: n_physical_experts=256 must be divisible by ep_size=3. Adjust "
        + "num_redundant_experts.")]
    [InlineData(Api + "ValueError: Model architectures ['Foo5ForCausalLM'] are not supported for now. Supported architectures: dict_keys(['A'])")]
    [InlineData(Api + "ValueError: The checkpoint you are trying to load has model type `foo5` but Transformers does not recognize this architecture.")]
    [InlineData(Api + "ValueError: Unknown quantization method: foo. Must be one of ['awq', 'fp8'].")]
    [InlineData(Core + "ERROR 10-03 09:00:50 [core.py:636] ValueError: awq quantization is currently not supported in npu.")]
    [InlineData(Api + "ValueError: Quantization method specified in the model config (awq) does not match the quantization method specified in the "
        + "`quantization` argument (ascend).")]
    [InlineData(Building + Api + "ValueError: max_num_batched_tokens (2048) is smaller than max_model_len (8192). This effectively limits the maximum "
        + "sequence length to max_num_batched_tokens and makes vLLM reject longer sequences.")]
    [InlineData(Api + "OSError: Can't load the configuration of '/models/q'. If you were trying to load it from 'https://huggingface.co/models', make sure "
        + "you don't have a local directory with the same name.")]
    [InlineData(Api + "huggingface_hub.errors.HFValidationError: Repo id must be in the form 'repo_name' or 'namespace/repo_name': '/models/none'. Use "
        + "`repo_type` argument if needed.")]
    [InlineData(Api + "OSError: /models/q does not appear to have a file named config.json. Checkout 'https://huggingface.co//models/q/tree/main' for "
        + "available files.")]
    [InlineData(Api + "OSError: You are trying to access a gated repo.¦" + Api + "Make sure to have access to it at https://huggingface.co/meta/l.")]
    [InlineData("huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: Root=1-6)")]
    [InlineData("huggingface_hub.errors.RepositoryNotFoundError: 401 Client Error. (Request ID: Root=1-6)¦"
        + "Repository Not Found for url: https://huggingface.co/x/resolve/main/config.json.")]
    [InlineData(Api + "ValueError: No supported config format found in /models/q. Please ensure your model configuration is valid.")]
    [InlineData(Worker + "ERROR 10-03 09:00:50 [multiproc_executor.py:559] RuntimeError: Cannot find any model weights with `/models/q`")]
    [InlineData(Worker + "ERROR 10-03 09:00:50 [multiproc_executor.py:559] safetensors_rust.SafetensorError: Error while deserializing header: "
        + "MetadataIncompleteBuffer")]
    [InlineData(Worker + "ERROR 10-03 09:00:50 [multiproc_executor.py:559] safetensors_rust.SafetensorError: Error while deserializing header: HeaderTooLarge")]
    [InlineData(Api + "OSError: Can't load tokenizer for '/models/q'. If you were trying to load it from 'https://huggingface.co/models', make sure you "
        + "don't have a local directory with the same name.")]
    [InlineData(Api + "ValueError: Tokenizer class FooTokenizer does not exist or is not currently imported.")]
    [InlineData(Api + "ValueError: Couldn't instantiate the backend tokenizer from one of: (1) a `tokenizers` library serialization file")]
    [InlineData(Worker + "ERROR 10-03 09:00:50 [multiproc_executor.py:559] FileNotFoundError: [Errno 2] No such file or directory: "
        + "'/models/q/quant_model_description.json'")]
    [InlineData("PermissionError: [Errno 13] Permission denied: '/root/.cache/vllm'")]
    [InlineData("OSError: [Errno 30] Read-only file system: '/home/vllm/.cache'")]
    [InlineData("ImportError: libatb.so: cannot open shared object file: No such file or directory")]
    [InlineData("ModuleNotFoundError: No module named 'torch_npu'")]
    [InlineData("ImportError: cannot import name 'ALLOWED_LAYER_TYPES' from 'transformers.configuration_utils' (/p/transformers/configuration_utils.py)")]
    [InlineData("ImportError: /lib64/libc.so.6: version `GLIBC_2.34' not found (required by /p/torch/lib/libc10.so)")]
    [InlineData("RuntimeError: Failed to load the backend extension: torch_npu. You can disable extension auto-loading with TORCH_DEVICE_BACKEND_AUTOLOAD=0.")]
    [InlineData("RuntimeError: Failed to infer device type")]
    [InlineData("OSError: /p/torch/lib/libgomp-6e1a1d1b.so.1.0.0: cannot allocate memory in static TLS block")]
    [InlineData(Worker + "ERROR 10-03 09:00:20 [multiproc_executor.py:559] RuntimeError: NPU function error: c10_npu::SetDevice, error code is "
        + "107001¦[Error]: Invalid device ID.")]
    [InlineData(Building + Api + "ValueError: The supplied chat template string (/none.jinja) appears path-like, but doesn't exist!")]
    [InlineData("Traceback (most recent call last):¦  File \"/v/vllm/entrypoints/openai/api_server.py\", line 1, in validate_api_server_args¦KeyError: "
        + "\"invalid tool call parser: foo (chose from { hermes,mistral })\"")]
    [InlineData("python3 -m vllm.entrypoints.openai.api_server: error: argument --max-model-len: invalid int value: '32k'")]
    [InlineData(Building + Api + "RuntimeError: Failed to infer device type, please set the environment variable `VLLM_LOGGING_LEVEL=DEBUG`")]
    [InlineData("usage: vllm serve [model_tag] [options]¦vllm serve: error: 2 of the given options exclude each other")]
    [InlineData(Building + Api + "modelscope.hub.errors.NotExistError: {'Code': 10010205001, 'Message': 'model not exist'}")]
    [InlineData(Building + Api + "json.decoder.JSONDecodeError: Expecting ',' delimiter: line 5 column 3 (char 88)")]
    [InlineData(Building + Api + "AttributeError: 'FooConfig' object has no attribute 'num_attention_heads'")]
    [InlineData(Worker + "ERROR 10-03 09:00:50 [multiproc_executor.py:559] ValueError: Following weights were not initialized from checkpoint: "
        + "{'lm_head.weight'}")]
    [InlineData(Worker + "ERROR 10-03 09:00:50 [multiproc_executor.py:559] KeyError: 'model.layers.0.mlp.experts.w2_weight_scale'")]
    [InlineData(Core + "ERROR 10-03 09:00:50 [core.py:636] NotImplementedError: FP8 quantization is currently not supported in npu.")]
    [InlineData("OSError: libhccl.so: cannot open shared object file: No such file or directory")]
    [InlineData("ValueError: The number of required NPUs exceeds the total number of available NPUs in the placement group.")]
    [InlineData("pydantic_core._pydantic_core.ValidationError: 1 validation error for ParallelConfig¦  Value error, Error retrieving placement group "
        + "[type=value_error]")]
    public void What_a_start_refuses_is_a_person_s_at_once(string lines)
    {
        var facts = Read([.. lines.Contains("Worker_", StringComparison.Ordinal) || lines.Contains("EngineCore", StringComparison.Ordinal) ? Loading
            : Begun, .. lines.Split('¦')]);
        facts.CauseFault.ShouldBe(FaultCodes.EngineConfigError, facts.CauseLine);
    }

    [Theory]
    [InlineData("OSError: [Errno 98] Address already in use", FaultCodes.EnginePortTaken)]
    [InlineData("ERROR:    [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use", FaultCodes.EnginePortTaken)]
    [InlineData("OSError: [Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): [errno 98] address already in use",
        FaultCodes.EnginePortTaken)]
    [InlineData("ValueError: The model's max seq len (131072) is larger than the maximum number of tokens that can be stored in KV cache (54000). Try "
        + "increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.", FaultCodes.EngineKvCacheTooSmall)]
    [InlineData("ValueError: No available memory for the cache blocks.", FaultCodes.EngineKvCacheTooSmall)]
    [InlineData(Worker + "ERROR 10-03 09:00:50 [multiproc_executor.py:559] torch.OutOfMemoryError: NPU out of memory. Tried to allocate 128.00 MiB (NPU 0; "
        + "60.97 GiB total capacity)", FaultCodes.EngineOutOfMemory)]
    [InlineData("OSError: [Errno 28] No space left on device: '/dev/shm/psm_77'", FaultCodes.SharedMemoryFull)]
    [InlineData("RuntimeError: unable to write to file </torch_88_1>: No space left on device (28)", FaultCodes.SharedMemoryFull)]
    [InlineData("requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host='huggingface.co', port=443): Max retries exceeded", null)]
    [InlineData("huggingface_hub.errors.LocalEntryNotFoundError: An error happened while trying to locate the file on the Hub and we cannot find the "
        + "requested files in the local cache.", null)]
    [InlineData("OSError: We couldn't connect to 'https://huggingface.co' to load the files, and couldn't find them in the cached files.", null)]
    [InlineData("FileNotFoundError: [Errno 2] No such file or directory: '/psm_1f2a'", null)]
    [InlineData("FileNotFoundError: [Errno 2] No such file or directory", null)]
    [InlineData("ConnectionRefusedError: [Errno 111] Connection refused", null)]
    [InlineData("torch.distributed.DistStoreError: Timed out after 601 seconds waiting for clients. 1/2 clients joined.", null)]
    [InlineData("(EngineCore_DP0 pid=40) TimeoutError: Timed out waiting for engines to send initial message on input socket.", FaultCodes.EngineStartStalled)]
    [InlineData("RuntimeError: [ERROR] HCCL error in: ProcessGroupHCCL.cpp:64 EJ0001: Failed to initialize the HCCP process. Reason: Maybe the last training "
        + "process is running.", FaultCodes.DeviceTaken)]
    [InlineData("dcmi model initialized failed, because the device is used. ret is -8020", FaultCodes.DeviceTaken)]
    [InlineData("RuntimeError: NPU function error: aclrtSetDevice, error code is 507033", FaultCodes.DeviceTaken)]
    public void Other_refusals_of_a_start_have_their_own_class(string line, string? fault) => Read([.. Loading, line]).CauseFault.ShouldBe(fault);

    [Theory]
    [InlineData("WARNING 10-03 09:00:00 [_custom_ops.py:21] Failed to import from vllm._C with ModuleNotFoundError(\"No module named 'vllm._C'\")")]
    [InlineData("INFO 10-03 09:00:00 [importing.py:53] Triton module has been replaced with a placeholder: No module named 'triton'")]
    [InlineData("Failed to load plugin foo¦Traceback (most recent call last):¦  File \"/v/vllm/plugins/__init__.py\", line 40, in "
        + "load_plugins_by_group¦ImportError: /a/foo.so: undefined symbol: _ZN3")]
    [InlineData("ERROR 10-03 09:00:00 [__init__.py:60] Failed to load plugin foo¦ERROR 10-03 09:00:00 [__init__.py:60] ModuleNotFoundError: No module named "
        + "'foo'")]
    [InlineData("PermissionError: [Errno 13] Permission denied: '/root/.config/vllm/usage_stats.json'")]
    [InlineData("Exception in thread Thread-3 (_report_usage_worker):¦Traceback (most recent call last):¦  File \"/v/vllm/usage/usage_lib.py\", line 163, in "
        + "_report_usage_worker¦OSError: [Errno 30] Read-only file system: '/root/.config'")]
    [InlineData("[ERROR] 2026-10-03-09:00:00 (PID:7, Device:-1, RankID:-1) ERR99999 UNKNOWN applicaiton exception")]
    public void Looks_bad_at_a_start_that_goes_on_to_serve(string lines) => Read([.. lines.Split('¦'), .. Up]).Cause.ShouldBeNull();
}
