using Agent.Domain.Faults;
using Agent.Engines.Causes;
using Agent.Engines.Logs;

namespace Agent.Tests.Engines.Causes;

/// <summary>
/// When and from where a line may name a cause: rows 1 to 4 of the report on wrong readings. The reports are public threads, played as
/// their index tells.
/// </summary>
public sealed class CauseTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);

    private static readonly string[] Up =
    [
        "INFO 07-07 12:50:01 [__init__.py:237] Platform plugin ascend is activated",
        "(APIServer pid=11) INFO 07-07 12:50:05 [utils.py:328] non-default args: {'model_tag': '/models/m'}",
        "(EngineCore pid=483) INFO 07-07 12:50:12 [core.py:109] Initializing a V1 LLM engine (v0.23.0) with config: model='/models/m'",
        "(Worker_TP0 pid=600) INFO 07-07 12:50:40 [default_loader.py:267] Loading weights took 18.11 seconds",
        "(EngineCore pid=483) INFO 07-07 12:51:05 [core.py:211] init engine (profile, create kv cache, warmup model) took 20.19 seconds",
        "(APIServer pid=11) INFO 07-07 12:51:06 [api_server.py:1880] Starting vLLM API server 0 on http://127.0.0.1:8000",
        "(APIServer pid=11) INFO:     Application startup complete.",
    ];

    private static readonly string[] Death = ["(EngineCore pid=483) ERROR 09-08 09:20:08 [core.py:1233] EngineCore encountered a fatal error."];

    [Theory]
    [InlineData("01-long-prompt-then-crash.start.log 01-long-prompt-then-crash.mid.log", null, null)]
    [InlineData("01-long-prompt-then-crash.start.log 01-long-prompt-then-crash.mid.log 01-long-prompt-then-crash.then.log", "vector-core-failed",
        FaultCodes.EngineDeviceError)]
    [InlineData("04-ez1001-request-crash.start.log 04-ez1001-request-crash.then.log", "operator-not-supported", FaultCodes.EngineOperatorFailed)]
    [InlineData("10-argparse-attention-config.then.log", "settings-refused", FaultCodes.EngineConfigError)]
    [InlineData("11-oom-parent-orphans.start.log 11-oom-parent-orphans.then.log", null, null)]
    [InlineData("04-ez1001-request-crash.start.log 12-port-65536-longrun.then.log", "ports-used-up", FaultCodes.EngineCommunicationFailed)]
    [InlineData("13-hccl-heartbeat-stuck.start.log 13-hccl-heartbeat-stuck.then.log", "rank-stuck", FaultCodes.EngineCommunicationFailed)]
    [InlineData("19-507033-e30006.start.log 19-507033-e30006.then.log", "package-refused", FaultCodes.EngineConfigError)]
    [InlineData("27-undefined-symbol-warning.start.log", null, null)]
    [InlineData("27-undefined-symbol-warning.start.log 27-undefined-symbol-warning.then.log", "model-execution-failed", FaultCodes.EngineDeviceError)]
    [InlineData("04-ez1001-request-crash.start.log 28-fftsplus-no-code.then.log", "aicore-exception", FaultCodes.EngineDeviceError)]
    public void Public_reports_are_read_right(string files, string? id, string? fault)
    {
        var facts = Read([.. files.Split(' ').SelectMany(file => Captures.Read("reports/" + file).Split('\n'))]);
        (facts.Cause?.Id).ShouldBe(id, facts.CauseLine);
        facts.CauseFault.ShouldBe(fault);
    }

    [Fact]
    public void A_start_for_which_memory_does_not_suffice_names_the_memory()
    {
        var start = Captures.Read("reports/04-ez1001-request-crash.start.log").Split('\n').TakeWhile(l => !l.Contains("KV cache size",
            StringComparison.Ordinal));
        var facts = Read([.. start, .. Captures.Read("reports/05-107000-el0003-memory.then.log").Split('\n')]);
        facts.CauseFault.ShouldBe(FaultCodes.EngineMemoryTooSmall);
        facts.CauseLine!.ShouldContain("Memory resources are exhausted");
        FaultCatalog.Default[FaultCodes.EngineMemoryTooSmall].StartsAt.ShouldBe(Agent.Domain.Recovery.Rung.HandOver);
    }

    [Theory]
    [InlineData("(APIServer pid=11) vllm.exceptions.VLLMValidationError: This model's maximum context length is 50960 tokens.")]
    [InlineData("(APIServer pid=11) pydantic_core._pydantic_core.ValidationError: 1 validation error for ChatCompletionResponse")]
    [InlineData("pydantic_core._pydantic_core.ValidationError: 2 validation errors for ValidatorIterator")]
    [InlineData("(APIServer pid=11) ERROR 07-07 13:00:00 [serving_chat.py:245] ValueError: User-specified max_model_len (1) is greater than")]
    [InlineData("(APIServer pid=11) ERROR 07-07 13:00:00 [hermes_tool_parser.py:99] json.JSONDecodeError: NPU function error, error code is 507014")]
    [InlineData("openai.BadRequestError: Error code: 400 - {'message': 'error code is 507014'}")]
    [InlineData("fastapi.exceptions.RequestValidationError: 1 validation error: error code is 507014")]
    [InlineData("(Worker_TP0 pid=600) WARNING 07-07 13:00:00 [x.py:1] device returned error code is 507014, retrying")]
    [InlineData("(APIServer pid=11) INFO 07-07 13:00:00 [logger.py:41] Received request cmpl-1: prompt: 'EngineCore encountered a fatal error. error code is "
        + "507014'")]
    [InlineData("/usr/lib/x.py:3: RuntimeWarning: ASCEND_ERROR_DEVICE_NOT_AVAILABLE")]
    [InlineData("ImportError: /a/image.so: undefined symbol: _ZN3c10")]
    public void What_a_client_or_a_warning_printed_explains_no_death_of_an_engine_that_serves(string line)
    {
        var facts = Read([.. Up, line]);
        facts.Cause.ShouldBeNull();
        facts.DeathLine.ShouldBeNull();
        Read([.. Up, line, "[ERROR] x (function synchronize), error code is 507011", .. Death]).Cause!.Id.ShouldBe("model-execution-failed");
    }

    [Fact]
    public void A_traceback_that_passes_through_a_request_s_handlers_is_a_request_s()
    {
        string[] trace =
        [
            "ERROR:    Exception in ASGI application",
            "Traceback (most recent call last):",
            "  File \"/usr/lib/python3/uvicorn/protocols/http/httptools_impl.py\", line 409, in run_asgi",
            "    result = await app(",
            "  File \"/usr/lib/python3/starlette/routing.py\", line 75, in app",
            "",
            "RuntimeError: something that quotes error code is 507014",
        ];
        Read([.. Up, .. trace]).Cause.ShouldBeNull();
        Read([.. Up, .. trace, "RuntimeError: NPU function error, error code is 507015"]).Cause!.Id.ShouldBe("aicore-exception");
        Read([.. Up, trace[1], "  File \"/vllm/v1/worker/worker.py\", line 1, in execute_model", trace[^1]]).Cause!.Id.ShouldBe("aicore-timeout");
    }

    [Theory]
    [InlineData("usage: vllm serve [model_tag] [options]", "vllm serve: error: argument --attention-config/-ac: 1 validation error for AttentionConfig")]
    [InlineData("usage: api_server.py [-h] [--host HOST]", "api_server.py: error: unrecognized arguments: --swap-space 4")]
    [InlineData("usage: vllm [-h] [-v] {chat,serve} ...", "vllm: error: something that vLLM itself objects to")]
    [InlineData("", "vllm serve: error: argument --dtype: invalid choice: 'fp99' (choose from 'auto', 'half')")]
    [InlineData("", "api_server.py: error: the following arguments are required: --model")]
    [InlineData("", "(APIServer pid=11) pydantic_core._pydantic_core.ValidationError: 1 validation error for SpeculativeConfig")]
    [InlineData("", "(APIServer pid=11) pydantic_core._pydantic_core.ValidationError: 3 validation errors for CompilationConfig")]
    public void What_a_start_refuses_is_a_person_s_at_once_whatever_the_option(string before, string line)
    {
        var facts = Read([.. Up[..1], before, line]);
        facts.CauseFault.ShouldBe(FaultCodes.EngineConfigError);
        facts.CauseLine!.ShouldContain(line[(line.IndexOf("rror", StringComparison.Ordinal) + 4)..]);
    }

    [Theory]
    [InlineData("gcc: error: unrecognized command-line option '-mfoo'")]
    [InlineData("ld: error: cannot find -lfoo")]
    public void Other_programs_print_errors_in_the_same_form(string line) => Read([.. Up[..1], "usage: vllm serve [options]", line]).Cause.ShouldBeNull();

    [Fact]
    public void What_pydantic_found_wrong_stands_below_and_is_named_with_its_field()
    {
        var facts = Read(
            "usage: vllm serve [model_tag] [options]",
            "vllm serve: error: argument --attention-config/-ac: 2 validation errors for AttentionConfig",
            "backend",
            "  Input should be 'A' or 'B' [type=literal_error, input_value='C', input_type=str]",
            "    For further information visit https://errors.pydantic.dev/2.12/v/literal_error",
            "flash.version",
            "  Unexpected keyword argument [type=unexpected_keyword_argument]",
            "done");
        facts.CauseLine.ShouldBe("vllm serve: error: argument --attention-config/-ac: 2 validation errors for AttentionConfig: backend: Input should be 'A' "
            + "or 'B' [type=literal_error, input_value='C', input_type=str]: flash.version: Unexpected keyword argument [type=unexpected_keyword_argument]");
        Read(
            "(APIServer pid=1) pydantic_core._pydantic_core.ValidationError: 1 validation error for ModelConfig",
            "(APIServer pid=1)   Value error, Invalid repository ID [type=value_error]").CauseLine!.ShouldEndWith(
                "ModelConfig: Value error, Invalid repository ID [type=value_error]");
    }

    [Fact]
    public void An_error_out_of_the_frames_that_build_the_configuration_is_a_refusal_whatever_it_says()
    {
        string[] trace =
        [
            "(APIServer pid=11) Traceback (most recent call last):",
            "(APIServer pid=11)   File \"/vllm/entrypoints/openai/api_server.py\", line 1, in run_server_worker",
            "(APIServer pid=11)   File \"/vllm/engine/arg_utils.py\", line 9, in create_engine_config",
            "(APIServer pid=11)     raise ValueError(",
        ];
        Read([.. Up[..2], .. trace, "(APIServer pid=11) ValueError: a thing that nobody listed"]).CauseFault.ShouldBe(FaultCodes.EngineConfigError);
        Read([.. Up[..2], .. trace, "(APIServer pid=11) requests.exceptions.ConnectionError: HTTPSConnectionPool"]).Cause.ShouldBeNull();
        Read([.. Up[..3], .. trace.Select(l => l.Replace("APIServer pid=11", "EngineCore pid=483", StringComparison.Ordinal)),
            "(EngineCore pid=483) ValueError: a thing"]).Cause.ShouldBeNull();
    }

    [Theory]
    [InlineData("RuntimeError: call aclnnX failed, error code is 161001", FaultCodes.EngineOperatorFailed)]
    [InlineData("AclNN_Parameter_Error(EZ1001): FlashAttentionScore launch kernel failed.", FaultCodes.EngineOperatorFailed)]
    [InlineData("RuntimeError: error code is 561103", FaultCodes.EngineOperatorFailed)]
    [InlineData("EL0003: [PID: 12128] The argument is invalid.", FaultCodes.EngineOperatorFailed)]
    [InlineData("EI0019: Failed to bind the IP port. Reason: port 65540 has been bound", FaultCodes.EngineCommunicationFailed)]
    [InlineData("EI0007: Failed to allocate resource[x]. Reason: Memory resources are exhausted.", FaultCodes.EngineOutOfMemory)]
    public void What_an_engine_meets_after_it_served_is_worth_a_restart(string line, string fault)
    {
        Read([.. Up, "(Worker_TP1 pid=423) ERROR 07-07 06:13:02 [multiproc_executor.py:962] " + line, .. Death]).CauseFault.ShouldBe(fault);
        var catalogue = FaultCatalog.Default[fault];
        catalogue.StartsAt.ShouldBe(Agent.Domain.Recovery.Rung.Engine);
        var before = Read([.. Up[..4], "(Worker_TP1 pid=423) ERROR 07-07 06:13:02 [multiproc_executor.py:962] " + line]);
        if (fault != FaultCodes.EngineCommunicationFailed)
            FaultCatalog.Default[before.CauseFault!].StartsAt.ShouldBe(Agent.Domain.Recovery.Rung.HandOver);
    }

    [Fact]
    public void A_cause_older_than_a_proof_of_work_explains_nothing()
    {
        var survived = Read([.. Up, "(Worker_TP0 pid=600) ERROR 07-07 13:00:00 [x.py:1] RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB"]);
        survived.CauseFault.ShouldBe(FaultCodes.EngineOutOfMemory);
        survived.Worked(Start.AddSeconds(-1)).Cause.ShouldNotBeNull();
        survived.Worked(Start.AddSeconds(1)).Cause.ShouldBeNull();

        // By the log itself, when it is read as a whole.
        const string Figures = "(APIServer pid=11) INFO 07-07 13:00:10 [loggers.py:123] Engine 000: Avg prompt throughput: 1.0 tokens/s, Avg generation "
            + "throughput: 5.1 tokens/s, Running: 1 reqs";
        survived.After(Figures, Start).Cause.ShouldNotBeNull();
        survived.After(Figures, Start).After(Figures.Replace("000", "001", StringComparison.Ordinal), Start).Cause.ShouldNotBeNull();
        survived.After(Figures, Start).After(Figures.Replace("5.1", "0.0", StringComparison.Ordinal), Start).Cause.ShouldNotBeNull();
        survived.After(Figures, Start).After(Figures, Start).Cause.ShouldBeNull();
    }

    [Fact]
    public void The_cause_nearest_before_the_death_wins()
    {
        var facts = Read([.. Up, "RuntimeError: NPU out of memory. Tried to allocate 2.00 GiB"]);
        facts.After("RuntimeError: error code is 507014", Start.AddSeconds(2)).Cause!.Id.ShouldBe("out-of-memory");
        facts.After("RuntimeError: error code is 507014", Start.AddMinutes(30)).Cause!.Id.ShouldBe("aicore-timeout");
        facts.After("EI0002: notify timeout", Start.AddMinutes(30)).Cause!.Id.ShouldBe("out-of-memory");
        facts.After(Death[0], Start.AddSeconds(1)).After("RuntimeError: error code is 507014", Start.AddMinutes(5)).Cause!.Id.ShouldBe("out-of-memory");
    }

    [Fact]
    public void What_a_start_went_on_after_did_not_end_it()
    {
        const string Broken = "ImportError: /a/plugin.so: undefined symbol: _ZN3c10";
        Read(Broken).CauseFault.ShouldBe(FaultCodes.EngineConfigError);
        Read([Broken, .. Up[..2]]).Cause.ShouldBeNull();
        Read([Broken, .. Up]).Cause.ShouldBeNull();
        // Another process gets on, this one does not.
        Read([.. Up[..3], "(Worker_TP1 pid=601) ERROR 07-07 12:50:30 [x.py:1] ImportError: undefined symbol: x",
            Up[3]]).CauseFault.ShouldBe(FaultCodes.EngineConfigError);
    }

    [Fact]
    public void A_ray_actor_that_died_is_named()
    {
        var facts = Read(
        [
            .. Up,
            "(EngineCore pid=483) ray.exceptions.ActorDiedError: The actor died unexpectedly before finishing this task.",
            "(EngineCore pid=483) \tclass_name: RayWorkerWrapper",
            "(EngineCore pid=483) \tactor_id: 7f0e",
            "(EngineCore pid=483) \tpid: 8123",
            "(EngineCore pid=483) \tip: 10.0.0.5",
            "(EngineCore pid=483) The actor is dead because its worker process has died. Worker exit type: SYSTEM_ERROR Worker exit detail: end of file.",
            .. Death,
        ]);
        facts.CauseFault.ShouldBe(FaultCodes.EngineWorkerDied);
        facts.CauseLine.ShouldBe("ray.exceptions.ActorDiedError: The actor died unexpectedly before finishing this task.: class_name: RayWorkerWrapper: pid: "
            + "8123: ip: 10.0.0.5: The actor is dead because its worker process has died. Worker exit type: SYSTEM_ERROR Worker exit detail: end of file.");
    }

    [Theory]
    [InlineData("[ERROR] HCCL(1): [HeartbeatAbnormal]Cluster Exception Location[IP/ID]:[192.0.2.15/6], ExceptionType:[Heartbeat Lost Occurred], x",
        "rank-stuck")]
    [InlineData("[ERROR] Cluster Exception Location[IP/ID]:[192.0.2.15/6], ExceptionType:[Error cqe Occurred]", "rank-stuck")]
    [InlineData("The error from device(chipId:5, dieId:1), there is an exception of aivec error, core id is 14, error code = 0", "vector-core-failed")]
    [InlineData("there is an exception of fftsplus aivector error, core id is 14, error code = 0", "vector-core-failed")]
    [InlineData("there is an exception of aicore error, core id is 14, error code = 0x800000", "aicore-exception")]
    [InlineData("E30009: Failed to verify the signature of package x on the device.", "package-refused")]
    [InlineData("EJ0003: Failed to bind the IP port. Reason: port 60000 is in use", "port-taken")]
    public void Texts_of_a_family_are_told_apart(string line, string id) => (LogSignatures.Find(line)?.Id).ShouldBe(id);

    private static EngineLogFacts Read(params string[] lines) =>
        lines.Aggregate(new EngineLogFacts { ProgressAt = Start }, (facts, line) => facts.After(line.TrimEnd('\r'), Start));
}
