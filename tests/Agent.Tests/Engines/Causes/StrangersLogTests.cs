using Agent.Domain.Faults;
using Agent.Engines.Logs;

namespace Agent.Tests.Engines.Causes;

/// <summary>
/// Lines as vLLM, torch_npu, CANN, Ray, transformers and uvicorn of many versions print them; the readings were decided before they were played.
/// </summary>
public sealed partial class StrangersLogTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private static readonly string[] Begun =
    [
        "INFO 10-03 09:00:01 [__init__.py:237] Platform plugin ascend is activated",
        "(APIServer pid=7) INFO 10-03 09:00:05 [utils.py:328] non-default args: {'model_tag': '/models/q'}",
    ];

    private static readonly string[] Loading =
    [
        .. Begun,
        "(EngineCore_DP0 pid=40) INFO 10-03 09:00:12 [core.py:109] Initializing a V1 LLM engine (v0.18.0) with config: model='/models/q'",
        "(Worker_TP0 pid=51) INFO 10-03 09:00:40 [model_runner_v1.py:2601] Starting to load model /models/q...",
    ];

    private static readonly string[] Up =
    [
        .. Loading,
        "(Worker_TP0 pid=51) INFO 10-03 09:00:58 [default_loader.py:267] Loading weights took 18.11 seconds",
        "(EngineCore_DP0 pid=40) INFO 10-03 09:01:05 [core.py:211] init engine (profile, create kv cache, warmup model) took 20.19 seconds",
        "(APIServer pid=7) INFO 10-03 09:01:06 [api_server.py:1880] Starting vLLM API server 0 on http://127.0.0.1:8000",
        "(APIServer pid=7) INFO:     Application startup complete.",
    ];

    private const string Api = "(APIServer pid=7) ";
    private const string Core = "(EngineCore_DP0 pid=40) ";
    private const string Building = Api + "Traceback (most recent call last):¦" + Api
        + "  File \"/v/vllm/engine/arg_utils.py\", line 9, in create_engine_config¦" + Api + "    raise E(¦";
    private const string Worker = "(Worker_TP1 pid=52) ";

    [Theory]
    [InlineData(Api + "ERROR 10-03 11:36:14 [serving_chat.py:250] Error in preprocessing prompt inputs¦" + Api
        + "ERROR 10-03 11:36:14 [serving_chat.py:250] Traceback (most recent call last):¦" + Api
        + "ERROR 10-03 11:36:14 [serving_chat.py:250]   File \"/v/vllm/entrypoints/chat_utils.py\", line 1290, in apply_hf_chat_template¦" + Api
        + "ERROR 10-03 11:36:14 [serving_chat.py:250] jinja2.exceptions.TemplateError: Conversation roles must alternate "
        + "user/assistant/user/assistant/...")]
    [InlineData(Api + "ERROR 10-03 11:34:48 [hf.py:484] ValueError: No user query found in messages.")]
    [InlineData(Api + "ERROR 10-03 11:34:48 [serving_chat.py:898] Error in chat_completion_full_generator - cannot determine if tools should be extracted.")]
    [InlineData("ERROR 10-03 11:34:48 [hermes_tool_parser.py:65] Error in extracting tool call from response.¦ERROR 10-03 11:34:48 "
        + "[hermes_tool_parser.py:65] json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)")]
    [InlineData(Api + "  File \"/v/vllm/v1/structured_output/backend_xgrammar.py\", line 330, in validate_xgrammar_grammar¦" + Api
        + "ValueError: Grammar error: Unknown format: uri")]
    [InlineData(Api + "INFO:     10.0.3.9:51022 - \"POST /v1/chat/completions HTTP/1.1\" 500 Internal Server Error")]
    [InlineData(Api + "INFO:     10.0.3.9:51022 - \"GET /v1/models?trace=507014 HTTP/1.1\" 401 Unauthorized")]
    [InlineData("INFO:     10.0.3.9:0 - \"POST /v1/completions HTTP/1.1\" 499")]
    [InlineData(Api + "ERROR 10-03 11:40:01 [serving_models.py:178] ValueError: Loading lora sql-lora failed: No adapter found for /loras/none")]
    [InlineData(Core + "ERROR 10-03 11:40:01 [core.py:790] Invocation of add_lora method failed¦" + Core
        + "ERROR 10-03 11:40:01 [core.py:790] ValueError: LoRA rank 64 is greater than max_lora_rank 16.")]
    [InlineData(Api + "OSError: /loras/none does not appear to have a file named adapter_config.json. Checkout "
        + "'https://huggingface.co//loras/none/tree/main' for available files.")]
    [InlineData(Api + "huggingface_hub.errors.RepositoryNotFoundError: 401 Client Error. (Request ID: Root=1-6)¦" + Api
        + "Repository Not Found for url: https://huggingface.co/me/lora/resolve/main/adapter_config.json.")]
    [InlineData(Api + "aiohttp.client_exceptions.ClientResponseError: 404, message='Not Found', url='https://pictures.example/7.png'")]
    [InlineData(Api + "PIL.UnidentifiedImageError: cannot identify image file <_io.BytesIO object at 0xfffd>")]
    [InlineData(Api + "FileNotFoundError: [Errno 2] No such file or directory: '/data/clip.mp4'")]
    [InlineData(Api + "PermissionError: [Errno 13] Permission denied: '/data/clip.mp4'")]
    [InlineData(Core + "WARNING 10-03 11:40:01 [scheduler.py:1057] Sequence group 5 is preempted by PreemptionMode.RECOMPUTE mode because there is not "
        + "enough KV cache space. Increase gpu_memory_utilization or tensor_parallel_size to provide more KV cache memory.")]
    [InlineData(Worker + "WARNING 10-03 11:40:01 [utils.py:88] NPU out of memory. Tried to allocate 2.00 GiB, falling back to chunks")]
    [InlineData("[W1003 11:40:01.123 compiler_depend.ts:137] Warning: Warning: Device do not support double dtype now, dtype cast replace with float. "
        + "(function operator())")]
    [InlineData("[rank3]:[W1003 11:40:01.118 compiler_depend.ts:57] Warning: EZ9999: Inner Error! error code is 507014 (function ExecFunc)")]
    [InlineData(Api + "INFO 10-03 11:40:01 [async_llm.py:420] Request chatcmpl-77 aborted: error code is 507015.")]
    [InlineData(Api + "pydantic_core._pydantic_core.ValidationError: 1 validation error for ChatCompletionRequest¦" + Api
        + "  Value error, When using `tool_choice`, `tools` must be set. [type=value_error, input_value={'model': 'm'}, input_type=dict]")]
    [InlineData("pydantic.error_wrappers.ValidationError: 2 validation errors for CompletionRequest¦prompt¦  field required (type=value_error.missing)")]
    [InlineData("pydantic_core._pydantic_core.ValidationError: 1 validation error for ChatCompletionStreamResponse¦choices.0.delta.content¦  Input should be "
        + "a valid string [type=string_type, input_value=7, input_type=int]")]
    [InlineData("WARNING:  Invalid HTTP request received.")]
    [InlineData("ERROR:    Exception in ASGI application¦Traceback (most recent call last):¦  File \"/p/uvicorn/protocols/http/h11_impl.py\", line 403, in "
        + "run_asgi¦RuntimeError: Response content longer than Content-Length")]
    [InlineData(Api + "openai_harmony.HarmonyError: unexpected tokens remaining in message header: error code is 507011")]
    [InlineData(Api + "ValueError: The decoder prompt (length 40112) is longer than the maximum model length of 32768. Make sure that `max_model_len` is no "
        + "smaller than the number of text tokens plus multimodal tokens.")]
    [InlineData(Api + "ERROR 10-03 11:40:01 [serving_completion.py:160] ValueError: max_tokens must be at least 1, got 0.")]
    [InlineData("/p/transformers/utils/hub.py:110: FutureWarning: Using `TRANSFORMERS_CACHE` is deprecated: cannot open shared object file")]
    [InlineData(Worker + "/p/torch_npu/utils/storage.py:38: RuntimeWarning: invalid value, error code is 507018¦" + Worker + "  if self.device.type != 'cpu':")]
    [InlineData("{\"level\":\"warning\",\"event\":\"NPU out of memory. Tried to allocate 1 GiB\",\"timestamp\":\"2026-10-03T11:40:01Z\"}")]
    [InlineData("{\"asctime\": \"2026-10-03 11:40:01,123\", \"levelname\": \"WARNING\", \"name\": \"vllm\", \"message\": \"retry after error code is "
        + "507014\"}")]
    [InlineData("{\"text\":\"2026-10-03 11:40:01.028 | WARNING  | x:y:9 - error code is "
        + "507014\\n\",\"record\":{\"elapsed\":{\"repr\":\"0:00:01\"},\"level\":{\"icon\":\"w\",\"name\":\"WARNING\",\"no\":30},\"message\":\"error code is "
        + "507014\"}}")]
    [InlineData(Api + "ERROR 10-03 11:40:01 [async_llm.py:545] Request chatcmpl-9 failed: ValueError: Token id 151999 is out of vocabulary")]
    [InlineData("asyncio: ERROR: Task exception was never retrieved¦future: <Task finished coro=<x()> "
        + "exception=ClientDisconnect()>¦starlette.requests.ClientDisconnect")]
    [InlineData("fastapi.exceptions.ResponseValidationError: 1 validation errors:¦  {'type': 'string_type', 'loc': ('response', 'id'), 'msg': 'error code is "
        + "507014'}")]
    [InlineData("ERROR 10-03 11:40:01 [serving_chat.py:911] RuntimeError: a tool said error code is 507014")]
    [InlineData(Api + "ERROR 10-03 11:40:01 [serving_tokenization.py:90] ValueError: Couldn't instantiate the backend tokenizer")]
    [InlineData("INFO:     10.0.3.9:51022 - \"POST /v1/chat/completions HTTP/1.1\" 413 Request Entity Too Large")]
    [InlineData("INFO:     10.0.3.9:51022 - \"POST /v1/chat/completions HTTP/1.1\" 422 Unprocessable Entity")]
    [InlineData(Api + "ERROR 10-03 11:40:01 [utils.py:88] ImportError: Please install vllm[audio] for audio support")]
    [InlineData(Core + "ERROR 10-03 11:40:01 [utils.py:110] Exception in request prep: ValueError: Invalid grammar specification.")]
    [InlineData(Core + "ERROR 10-03 11:40:01 [backend_xgrammar.py:160] Failed to advance FSM for request cmpl-1 for tokens 507014. Please file an issue.")]
    [InlineData(Core + "WARNING 10-03 11:40:01 [scheduler.py:88] Request cmpl-1 timeout while waiting for remote KV, error code is 507018")]
    [InlineData(Api + "WARNING 10-03 11:40:01 [launcher.py:98] port 8000 is used by process psutil.Process(pid=9) launched with command: x")]
    [InlineData("2026-10-03 11:40:01,123\tWARNING worker.py:2030 -- Warning: The actor or task with ID ff cannot be scheduled: error code is 507014")]
    [InlineData("(raylet) [2026-10-03 11:40:01,001 W 77 77] (raylet) node_manager.cc:3019: 1 Workers (tasks / actors) killed due to memory pressure (OOM), "
        + "error code is 507014")]
    [InlineData("time=2026-10-03T11:40:01Z level=warning msg=\"error code is 507014\"")]
    [InlineData(Api + "ERROR 10-03 11:40:01 [launcher.py:70] Traceback (most recent call last):¦" + Api
        + "ERROR 10-03 11:40:01 [launcher.py:70]   File \"/p/vllm/multimodal/utils.py\", line 9, in fetch_image¦" + Api
        + "ERROR 10-03 11:40:01 [launcher.py:70] TimeoutError: error code is 507014")]
    [InlineData("[2026-10-03 11:40:01] WARNING [x.py:9] NPU out of memory. Tried to allocate 1 GiB")]
    [InlineData("/p/torch/_dynamo/x.py:9: UserWarning: device_type is stuck notify EI0002")]
    public void Harmless_while_it_serves_and_no_cause_of_what_comes_hours_later(string lines)
    {
        var served = Read([.. Up, .. lines.Split('¦')]);
        served.Cause.ShouldBeNull(served.CauseLine);
        served.DeathLine.ShouldBeNull();
        var later = Start.AddHours(3);
        (string Line, string Fault)[] deaths =
        [
            (Worker + "ERROR 10-03 15:00:00 [multiproc_executor.py:671] RuntimeError: NPU function error: aclrtSynchronizeStream, error code is 507011",
                FaultCodes.EngineDeviceError),
            (Worker + "ERROR 10-03 15:00:00 [multiproc_executor.py:671] RuntimeError: ACL stream synchronize failed, error code:507018",
                FaultCodes.EngineDeviceError),
            ("[rank1]: EI0002: [PID: 9] 2026-10-03-15:00:00 The wait execution of the Notify register times out. Reason: The Notify register has not "
                + "received the Notify record", FaultCodes.EngineCommunicationFailed),
            ("[rank1]: torch.OutOfMemoryError: NPU out of memory. Tried to allocate 224.00 MiB (NPU 1; 60.97 GiB total capacity)",
                FaultCodes.EngineOutOfMemory),
        ];
        foreach (var (line, fault) in deaths)
            served.After(line, later).CauseFault.ShouldBe(fault, line);
        var dead = served.After(Core + "ERROR 10-03 15:00:00 [core.py:710] EngineCore encountered a fatal error.", later);
        dead.Cause.ShouldBeNull(dead.CauseLine);
        dead.DeathLine.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue. See stack trace (above) for the root cause.")]
    [InlineData("vllm.engine.multiprocessing.MQEngineDeadError: Engine loop is not running. Inspect the stacktrace to find the original error: "
        + "RuntimeError('x').")]
    [InlineData(Core + "ERROR 10-03 15:00:00 [core.py:710] EngineCore encountered a fatal error.")]
    public void The_death_of_a_core_is_seen(string line) => Read([.. Up, line]).DeathLine.ShouldNotBeNull();

    [Theory]
    [InlineData("[rank1]:[E1003 15:00:25.428 compiler_depend.ts:574] [Rank 1] Watchdog caught collective operation timeout: WorkHCCL(SeqNum=196, "
        + "OpType=ALLREDUCE, Timeout(ms)=3600000) ran for 3600185 milliseconds before timing out.", FaultCodes.EngineCommunicationFailed)]
    [InlineData("[rank1]: EI0006: [PID: 9] 2026-10-03-15:00:00 Getting socket times out. Reason: Remote Rank did not send the data in time.",
        FaultCodes.EngineCommunicationFailed)]
    [InlineData("RuntimeError: InnerRunOpApi:torch_npu/csrc/framework/OpParamMaker.cpp:281 OPS function error: HcclAllreduce, error code is 6",
        FaultCodes.EngineCommunicationFailed)]
    [InlineData("EI9999: 2026-10-03-15:00:00.358 The error from device(chipId:3, dieId:0), serial number is 9, hccl fftsplus task timeout occurred during "
        + "task execution, stream_id:5", FaultCodes.EngineCommunicationFailed)]
    [InlineData("RuntimeError: NPU function error: call aclrtMallocAlign32 failed, error code is 207001", FaultCodes.EngineOutOfMemory)]
    [InlineData("rtEventQueryStatus execute failed, reason=[aicore timeout][FUNC:FuncErrorReason][FILE:error_message_manage.cc][LINE:53]",
        FaultCodes.EngineDeviceError)]
    [InlineData("[Error]: The aicore execution times out.", FaultCodes.EngineDeviceError)]
    [InlineData(Core + "ERROR 10-03 15:00:00 [multiproc_executor.py:231] Worker proc VllmWorker-0 died unexpectedly, shutting down executor.",
        FaultCodes.EngineWorkerDied)]
    [InlineData("(EngineCore_DP0 pid=40) ray.exceptions.OutOfMemoryError: Task was killed due to the node running low on memory.", FaultCodes.EngineWorkerDied)]
    [InlineData("RuntimeError: NPU function error: aclrtSynchronizeDevice, error code is 507015", FaultCodes.EngineDeviceError)]
    [InlineData("RuntimeError: The Inner error is reported as above. [ERROR] ERR00100 PTA call acl api failed, error code is 507035",
        FaultCodes.EngineDeviceError)]
    [InlineData("[36224] [2026-10-03 15:00:10:644] torch.distributed: [ERROR] [479] Find exception when finishedNPUExecutionInternal, "
        + "query:compiler_depend.ts:59 NPU function error: acl::AclQueryEventRecordedStatus(event_, &currStatus), error code is 507014",
        FaultCodes.EngineDeviceError)]
    [InlineData("[rank0]: RuntimeError: call aclnnMm failed, detail:EZ9999: Inner Error! error code is 507015", FaultCodes.EngineDeviceError)]
    [InlineData("terminate called after throwing an instance of 'std::runtime_error'¦  what():  [Rank 1] HCCL watchdog thread terminated with exception: "
        + "[Rank 1] Watchdog caught collective operation timeout: WorkHCCL(SeqNum=1)", FaultCodes.EngineCommunicationFailed)]
    [InlineData(Core + "ray.exceptions.RayActorError: The actor died unexpectedly before finishing this task.", FaultCodes.EngineWorkerDied)]
    [InlineData("OSError: [Errno 28] No space left on device: '/dev/shm/psm_77'", FaultCodes.SharedMemoryFull)]
    [InlineData("RuntimeError: ACL stream synchronize failed, error code:107020", FaultCodes.EngineDeviceError)]
    [InlineData("[Error]: The vector core execution is abnormal. error code is 507035", FaultCodes.EngineDeviceError)]
    [InlineData("[PID: 9] The device is lost heartbeat, error code is 507010", FaultCodes.DeviceContactLost)]
    [InlineData("RuntimeError: NPU function error: aclrtMemcpyAsync, error code is 507899", FaultCodes.DeviceNotAvailable)]
    public void What_kills_an_engine_that_serves_has_its_class(string line, string fault) => Read([.. Up, .. line.Split('¦')]).CauseFault.ShouldBe(fault);

    [Fact]
    public void The_first_to_fail_is_the_cause_and_the_echoes_are_not()
    {
        var facts = Read(
        [
            .. Up,
            Worker + "ERROR 10-03 15:00:00 [multiproc_executor.py:671] RuntimeError: NPU function error: aclrtSynchronizeStream, error code is 507015",
            "(Worker_TP0 pid=51) ERROR 10-03 15:00:02 [multiproc_executor.py:671] EI0002: The wait execution of the Notify register times out.",
            Core + "ERROR 10-03 15:00:03 [core.py:710] EngineCore encountered a fatal error.",
            Core + "ERROR 10-03 15:00:03 [core.py:710] RuntimeError: Worker failed with error 'NPU out of memory', please check the stack trace above for "
                + "the root cause",
            Api + "ERROR 10-03 15:00:03 [async_llm.py:480] vllm.v1.engine.exceptions.EngineDeadError: EngineCore encountered an issue.",
            Api + "pydantic_core._pydantic_core.ValidationError: 1 validation error for ErrorResponse",
        ]);
        facts.CauseFault.ShouldBe(FaultCodes.EngineDeviceError);
        facts.CauseLine!.ShouldContain("507015");
    }

    [Fact]
    public void An_echo_that_came_first_gives_way_to_the_rank_that_failed()
    {
        var facts = Read(
        [
            .. Up,
            "(Worker_TP0 pid=51) ERROR 10-03 15:00:00 [multiproc_executor.py:671] EI0002: The wait execution of the Notify register times out.",
            Worker + "ERROR 10-03 15:00:01 [multiproc_executor.py:671] RuntimeError: NPU function error: aclrtSynchronizeStream, error code is 507015",
        ]);
        facts.CauseFault.ShouldBe(FaultCodes.EngineDeviceError, facts.CauseLine);
    }

    private static EngineLogFacts Read(IEnumerable<string> lines) =>
        lines.Aggregate(new EngineLogFacts { ProgressAt = Start }, (facts, line) => facts.After(line, Start));
}
