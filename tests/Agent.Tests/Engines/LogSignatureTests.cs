using Agent.Engines;

namespace Agent.Tests.Engines;

/// <summary>What a person reads as the cause in logs of real failures.</summary>
public sealed class LogSignatureTests
{
    private static readonly DateTimeOffset Start = Story.Start;

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
    public void The_end_of_an_engine_that_serves_is_seen(string line, bool dies, bool stops)
    {
        var facts = new EngineLogFacts { ProgressAt = Start, Stage = StartupStage.Serving }.After("INFO:     GET /health", Start).After(line, Start.AddSeconds(1));
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
