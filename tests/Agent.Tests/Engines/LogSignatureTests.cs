using System.Globalization;
using Agent.Domain.Faults;
using Agent.Domain.Recovery;
using Agent.Engines.Causes;
using Agent.Engines.Logs;
using Agent.Engines.Starting;

namespace Agent.Tests.Engines;

/// <summary>What a person reads as the cause in logs of real failures.</summary>
public sealed class LogSignatureTests
{
    private static readonly DateTimeOffset Start = Story.Start;

    private static readonly (int Code, string Id)[] Codes =
    [
        (507014, "aicore-timeout"), (507015, "aicore-exception"), (507016, "aicore-exception"), (507011, "model-execution-failed"),
        (507034, "vector-core-failed"), (507045, "vector-core-failed"), (507018, "aicpu-exception"), (507046, "synchronize-timeout"),
        (507010, "device-lost"), (507901, "device-lost"), (507053, "memory-error"), (507056, "link-failed"), (507057, "peer-suspected"),
        (507899, "driver-internal-error"), (507033, "too-many-processes"), (500001, "environment-incomplete"), (107003, "context-lost"),
        (107022, "task-aborted"), (561002, "operator-not-supported"), (207001, "out-of-memory"), (207008, "graph-streams-exhausted"),
        (507008, "versions-do-not-match"), (107001, "device-number-wrong"), (507026, "runtime-error"),
    ];

    [Theory]
    [InlineData("app_507011_vllm_engine.log", "model-execution-failed", "RestartEngine")]
    [InlineData("app_507014_aicore_timeout_vllm.log", "aicore-timeout", "RestartEngine")]
    [InlineData("app_507018_aicpu_exception.log", "aicpu-exception", "RestartEngine")]
    [InlineData("app_507033_start-device-failed.txt", "too-many-processes", "ClearProcesses")]
    [InlineData("app_507034_950_api-500.log", "vector-core-failed", "RestartEngine")]
    [InlineData("app_507034_vector_core_timeout_910C.log", "vector-core-failed", "RestartEngine")]
    [InlineData("app_507046_stream_sync_timeout.log", "synchronize-timeout", "RestartEngine")]
    [InlineData("app_507057_suspect_remote_error_vllm.log", "peer-suspected", "RestartEngine")]
    [InlineData("app_507899_resource_busy.log", "driver-internal-error", "RestoreDriver")]
    [InlineData("app_E19999_GEInitialize_500001_forum.log", "environment-incomplete", "Person")]
    [InlineData("app_EI0006_HcclAllreduce_error6.log", "peer-not-reached", "RestartEngine")]
    [InlineData("app_EI0009_transport_init.log", "peer-not-reached", "RestartEngine")]
    [InlineData("plog_aivec_exception_507035_910B.log", "vector-core-failed", "RestartEngine")]
    [InlineData("plog_hccl_detect_connect_anomalies.log", "peer-not-reached", "RestartEngine")]
    [InlineData("plog_hccl_link_error_no_connect.log", "peer-not-reached", "RestartEngine")]
    [InlineData("plog_hccl_p2p_timeout.log", "peer-not-reached", "RestartEngine")]
    [InlineData("plog_hccl_socket_establish_timeout_130s.log", "peer-not-reached", "RestartEngine")]
    [InlineData("plog_hccl_socket_timeout.log", "peer-not-reached", "RestartEngine")]
    [InlineData("plog_hccl_socket_timeout_linkinfo_table.log", "peer-not-reached", "RestartEngine")]
    [InlineData("plog_no_device_drvRetCode87.log", "driver-internal-error", "RestoreDriver")]
    [InlineData("plog_AI-Core-error_EZ9999_doc.txt", "vector-core-failed", "RestartEngine")]
    [InlineData("plog_sqsw_status_dispatch_timeout.log", "collective-timeout", "RestartEngine")]
    [InlineData("plog_sdma_and_memstats.log", "out-of-memory", "RestartEngine")]
    [InlineData("app_npu_oom_faq.txt", "out-of-memory", "RestartEngine")]
    [InlineData("dmesg_uda_conflict_open.txt", "device-taken", "ClearProcesses")]
    [InlineData("npu-smi_set_reset_failed_A3_transcript.txt", "host-reboot-needed", "RebootHost")]
    [InlineData("npu-smi_info_error_-8005.txt", "driver-not-loaded", "RestoreDriver")]
    [InlineData("npu-smi_info_error_-8020_conLogLevel.txt", "device-used", "ClearProcesses")]
    [InlineData("torch_npu_507054_hbm_ecc_template.txt", "memory-error", "RestartEngine")]
    [InlineData("plog_run_startup_910B.log", null, null)]
    [InlineData("plog_forum_wait_logic_cq_310P.log", null, null)]
    public void The_cause_is_named_as_a_person_names_it(string capture, string? id, string? cure)
    {
        var facts = Read(Captures.Read("ascend/" + capture).Split('\n'));
        facts.Cause?.Id.ShouldBe(id, facts.CauseLine);
        (facts.Cause?.Id).ShouldBe(id);
        (facts.Cause?.Cure.ToString()).ShouldBe(cure);
    }

    // A cure says more than a rung: three of them are a person's. But the ladder has to begin where the line says.
    [Fact]
    public void The_fault_of_a_cause_starts_at_the_rung_that_cures_it() =>
        (from signature in SignatureTable.All
         from meaning in (CauseMeaning[])[signature.In(CausePhase.Starting), signature.In(CausePhase.Serving)]
         let starts = meaning.Fault is { } fault ? FaultCatalog.Default[fault].StartsAt : RungOf(meaning.Cure)
         where meaning.Cure != Cure.None && starts != RungOf(meaning.Cure)
         select $"{signature.Id}: {meaning.Cure}, {meaning.Fault} starts at {starts}").Distinct(StringComparer.Ordinal).ShouldBeEmpty();

    private static Rung RungOf(Cure cure) => cure switch
    {
        Cure.RestartEngine => Rung.Engine,
        Cure.ClearProcesses => Rung.Orphans,
        Cure.ResetChip => Rung.Chip,
        Cure.RestoreDriver => Rung.Driver,
        _ => Rung.HandOver,
    };

    [Theory]
    [InlineData("error code is {0}")]
    [InlineData("NPU function error: call aclnnX failed, error code:{0}")]
    [InlineData("wait for compute device to finish failed, runtime result = {0}.[FUNC:ReportCallError]")]
    [InlineData("rtGetDeviceCount:ErrCode={0}, desc=[driver error]")]
    [InlineData("rtKernelLaunchWithHandleV2 failed: {0}")]
    [InlineData("Start failed, ret[{0}]")]
    [InlineData("Stream Synchronize failed, retCode={0}, [text]")]
    [InlineData("acl error code: {0}")]
    [InlineData("synchronize returned errorCode={0};")]
    [InlineData("the return value is {0}")]
    public void A_code_is_read_in_every_form_in_which_it_is_printed(string form)
    {
        foreach (var (code, id) in Codes)
            (LogSignatures.Find(string.Format(CultureInfo.InvariantCulture, form, code))?.Id).ShouldBe(id, $"{code} in: {form}");
    }

    [Theory]
    [InlineData("[drv] event_id=0x80e18402, multi-bit error rows reached the limit", "chip-worn-out", "device-unfit")]
    [InlineData("fault code 80E0020B of device 3", "chip-worn-out", "device-unfit")]
    [InlineData("Kernel modules can not be removed, reboot needed", "host-reboot-needed", "host-reboot-needed")]
    [InlineData("Failed to reset server", "host-reboot-needed", "host-reboot-needed")]
    [InlineData("[ERROR] The davinci nodes are occupied by some processes", "device-taken", "device-taken")]
    [InlineData("EL0015: [PID: 77] The device access is invalid.", "device-taken", "device-taken")]
    [InlineData("ts lost heartbeat, device_id=2", "device-lost", "device-contact-lost")]
    [InlineData("Heartbeat Lost", "device-lost", "device-contact-lost")]
    [InlineData("ModuleNotFoundError: No module named 'decorator'", "environment-incomplete", "engine-config-error")]
    [InlineData("ModuleNotFoundError: No module named 'vllm._C'", null, null)]
    [InlineData("ImportError: libascend_hal.so: cannot open shared object file: No such file or directory", "environment-incomplete", "engine-config-error")]
    [InlineData("EI0017: Config server_list is missing in the ranktable file.", "communication-settings-wrong", "engine-config-error")]
    [InlineData("RuntimeError: HcclAllreduce, error code is 6", "peer-not-reached", "engine-communication-failed")]
    [InlineData("EE9999: Inner Error!", "runtime-error", "engine-device-error")]
    [InlineData("(APIServer pid=1) INFO the host will reboot on Sunday", null, null)]
    public void Texts_of_a_family_are_told_apart_by_what_cures_them(string line, string? id, string? fault)
    {
        (LogSignatures.Find(line)?.Id).ShouldBe(id);
        (LogSignatures.Find(line)?.Fault).ShouldBe(fault);
    }

    [Fact]
    public void An_error_without_a_cause_of_its_own_makes_room_for_one()
    {
        Read(["EE9999: Inner Error!", "rtDeviceSynchronize execution failed, reason=vector core timeout"]).Cause!.Id.ShouldBe("vector-core-failed");
        Read(["EE9999: Inner Error!", "all is quiet"]).Cause!.Id.ShouldBe("runtime-error");
    }

    [Theory]
    [InlineData("vllm/failure-oom-npu.log", "out-of-memory")]
    [InlineData("vllm/failure-hccl-ascend.log", "collective-timeout")]
    [InlineData("vllm/failure-worker-died-exit0.log", "worker-died")]
    [InlineData("vllm/failure-port-in-use.txt", "port-taken")]
    public void Failures_of_vllm_name_their_cause(string capture, string id) =>
        (Read(Captures.Read(capture).Split('\n')).Cause?.Id).ShouldBe(id);

    [Fact]
    public void The_first_error_of_the_first_rank_is_the_cause_and_its_echoes_are_not()
    {
        string[] lines =
        [
            "(Worker_TP1 pid=2) RuntimeError: NPU function error: FORCE STOP, error code is 107022",
            "(Worker_TP1 pid=2) RuntimeError: NPU function error: SUSPECT REMOTE ERROR, error code is 507057",
            "(Worker_TP0 pid=1) RuntimeError: NPU function error: aclnnRmsNorm failed, error code is 507014",
            "(Worker_TP2 pid=3) RuntimeError: error code is 507899",
            "(Worker_TP2 pid=3) EI0006: Getting socket times out.",
        ];
        Read(lines).Cause!.Id.ShouldBe("aicore-timeout");
        Read(lines[..1]).CauseFault.ShouldBeNull();
        Read(lines[..2]).Cause!.Id.ShouldBe("peer-suspected");
    }

    [Theory]
    [InlineData("INFO 507014 requests served on port 507015")]
    [InlineData("INFO:     127.0.0.1:36136 - \"POST /v1/chat/completions HTTP/1.1\" 200 OK")]
    [InlineData("Engine 000: Avg prompt throughput: 107022.0 tokens/s, Avg generation throughput: 5070.1 tokens/s")]
    public void Bare_numbers_are_no_error_codes(string line) => LogSignatures.Find(line).ShouldBeNull();

    [Fact]
    public void Every_hint_is_found_wherever_it_stands_in_a_line()
    {
        foreach (var hint in SignatureTable.All.SelectMany(s => s.Hints))
        {
            foreach (var line in (string[])[hint, $"INFO 12.5 tokens/s {hint}", $"{hint}: a reason that is long enough for a vector"])
            {
                LogSignatures.MayHoldCause(line).ShouldBeTrue(line);
                LogSignatures.MayTell(line).ShouldBeTrue(line);
            }
        }
    }

    [Theory]
    [InlineData("(EngineCore pid=2) ERROR EngineCore encountered a fatal error.", true, false)]
    [InlineData("(APIServer pid=1) ERROR Engine core proc EngineCore_DP0 died unexpectedly, shutting down client.", true, false)]
    [InlineData("(APIServer pid=1) INFO [shutdown] API server: shutdown triggered", false, true)]
    [InlineData("KeyboardInterrupt: terminated", false, true)]
    public void The_end_of_an_engine_that_serves_is_seen(string line, bool dies, bool stops)
    {
        var facts = new EngineLogFacts { ProgressAt = Start, Stage = StartupStage.Serving }.After("INFO:     GET /health", Start)
            .After(line, Start.AddSeconds(1));
        (facts.DeathLine is not null, facts.StopRequested, facts.ProgressAt).ShouldBe((dies, stops, Start.AddSeconds(1)));
    }

    [Fact]
    public void Every_signature_can_be_found_by_its_hints_and_stands_for_a_fault()
    {
        foreach (var signature in SignatureTable.All)
        {
            signature.Hints.ShouldNotBeEmpty(signature.Id);
            if (signature.Fault is { } fault)
                Agent.Domain.Faults.FaultCatalog.Default.Find(fault).ShouldNotBeNull(signature.Id);
        }

        SignatureTable.All.Select(s => s.Id).ShouldBeUnique();
    }

    private static EngineLogFacts Read(IEnumerable<string> lines) =>
        lines.Aggregate(new EngineLogFacts { ProgressAt = Start }, (facts, line) => facts.After(line.TrimEnd('\r'), Start));
}
