namespace Agent.EndToEndTests.Reports;

/// <summary>The same kinds of failures with other words: prefixes of other ways to run vLLM, other operators, options, requests and signals.</summary>
public sealed class ServingEngineVariantTests
{
    private const string Dead = "(EngineCore pid=483) ERROR 09-08 09:20:08 [core.py:1233] EngineCore encountered a fatal error.\n";

    [Fact]
    public Task Colours_and_the_prefix_of_docker_compose_are_no_part_of_what_is_told() => EngineReport.IsReadAsync(
        new PlayedEngine(
            "vllm-1  | \u001b[0;36m(Worker_TP1 pid=601)\u001b[0;0m ERROR 09-08 09:20:07 [multiproc_executor.py:962] RuntimeError: NPU function error: call "
                + "aclnnTopk failed, error code is 507018\n"
            + "vllm-1  | \u001b[1;36m(EngineCore pid=483)\u001b[0;0m ERROR 09-08 09:20:08 [core.py:1233] EngineCore encountered a fatal error.\n"),
        Reading.Restart("engine-device-error", "507018", "[0;36m", "[0;0m", "vllm-1  |"));

    [Fact]
    public Task A_response_that_does_not_validate_explains_no_kill_hours_later() => EngineReport.IsReadAsync(
        new PlayedEngine("")
        {
            Mid = "(APIServer pid=11) ERROR 07-07 14:02:11 [serving_responses.py:402] Error in parsing the response\nTraceback (most recent call last):\n"
                + "pydantic_core._pydantic_core.ValidationError: 2 validation errors for ResponsesResponse\nusage.input_tokens\n  Field required "
                + "[type=missing, input_value={}, input_type=dict]\n",
            Signal = 9,
        },
        Reading.Restart("engine-exited", "signal 9", "ResponsesResponse", "ValidationError"));

    [Fact]
    public Task A_request_that_is_refused_and_a_warning_explain_no_end_of_a_chip() => EngineReport.IsReadAsync(
        new PlayedEngine(
            "[rank1]:[E707 15:11:03.442 compiler_depend.ts:444] NPU function error: aclrtSynchronizeStream, error code is 507046\n" + Dead)
        {
            Mid = "(APIServer pid=11) ERROR 07-07 14:02:11 [serving_chat.py:181] ValueError: max_num_seqs of the request must be greater than or equal to "
                + "max_num_seqs of the adapter\n"
                + "(APIServer pid=11) INFO:     192.0.2.7:40112 - \"POST /v1/chat/completions HTTP/1.1\" 400 Bad Request\n"
                + "(Worker_TP0 pid=600) WARNING 07-07 14:02:12 [registry.py:90] /usr/lib/libcustom_ops.so: undefined symbol: _ZN2at4_ops5zerosE, the "
                + "operator is left out\n",
        },
        Reading.Restart("engine-device-error", "507046", "undefined symbol", "adapter"));

    [Fact]
    public Task A_rank_that_is_stuck_is_read_in_the_lines_of_Ray() => EngineReport.IsReadAsync(
        new PlayedEngine(
            "(EngineCore_DP1 pid=911) (RayWorkerProc pid=17170, ip=192.0.2.13) [ERROR] HCCL(17170,):2026-05-02-11:07:41.120.611 "
                + "[task_exception_handler.cc:611] [40012][TaskExecStage][HeartbeatAbnormal]"
            + "Cluster Exception Location[IP/ID]:[192.0.2.44/2], Arrival Time:[Sat May  2 11:06:02 2026], ExceptionType:[Stuck Occurred], Possible "
            + "Reason:1.Host process is stuck, 2.Device task is stuck\n" + Dead),
        Reading.Restart("engine-communication-failed", "Stuck Occurred", "in other hands"));

    [Fact]
    public Task An_exception_of_a_vector_core_needs_no_code() => EngineReport.IsReadAsync(
        new PlayedEngine(
            "2026-09-02T05:45:09.120417532+08:00 stderr F (Worker_TP3_EP3 pid=1440) ERROR 09-02 05:45:09 [multiproc_executor.py:987]         The error from "
                + "device(chipId:1, dieId:0), serial number is 3, "
            + "there is an exception of fftsplus aivector error, core id is 31, error code = 0, dump info: pc start: 0x12c0c1021000\n" + Dead),
        Reading.Restart("engine-device-error", "fftsplus aivector error", "stderr F"));

    [Fact]
    public Task An_operator_that_refuses_its_arguments_while_it_serves_is_restarted_once() => EngineReport.IsReadAsync(
        new PlayedEngine(
            "(Worker_TP0 pid=600) ERROR 03-11 08:40:10 [multiproc_executor.py:962] RuntimeError: call aclnnMoeGatingTopK failed, detail: EZ9999: Inner "
                + "Error!, error code is 561103\n" + Dead)
        {
            ComesAgain = true,
        },
        Reading.Person([], "561103"));

    [Fact]
    public Task Ports_that_a_long_run_used_up_are_held_by_nobody() => EngineReport.IsReadAsync(
        new PlayedEngine(
            "Jul 21 06:27:44 node7 vllm[900]: (Worker_DP0_TP1 pid=1071) ERROR 07-21 06:27:44 [multiproc_executor.py:962] "
                + "Communication_Error_Bind_IP_Port(EI0019): Failed to bind the IP port. "
            + "Reason: The IP address and port 65536 have already been bound.\n" + Dead),
        new Reading(Reading.Resolved, ["engine-communication-failed"], ["engine"], ["65536"], ["ss -ltnp", "owner of the port"]));
}

public sealed class StartingEngineVariantTests
{
    [Theory]
    [InlineData("error: unrecognized arguments: --enable-graph-mode --eplb", "unrecognized arguments: --enable-graph-mode")]
    [InlineData("error: argument --block-size: invalid choice: 7 (choose from 1, 8, 16, 32, 64, 128)", "argument --block-size: invalid choice: 7")]
    [InlineData("error: argument --speculative-config/-sc: Value {'method': mtp} cannot be converted to <function loads at 0xfffda2>.", "argument "
        + "--speculative-config/-sc")]
    public Task What_argparse_refuses_is_a_persons_whatever_the_option(string refused, string says) => EngineReport.IsReadAsync(
        new PlayedEngine($"usage: vllm serve [model_tag] [options]\n\u001b[31mvllm serve: {refused}\u001b[0m\n") { Exit = 2, Serves = false },
        Reading.Person(["engine-config-error"], says, "[31m"));

    [Fact]
    public Task What_a_model_of_settings_refuses_is_a_persons() => EngineReport.IsReadAsync(
        new PlayedEngine(
            "(APIServer pid=11) Traceback (most recent call last):\n(APIServer pid=11)   File \"/vllm-workspace/vllm/vllm/engine/arg_utils.py\", line 1390, "
                + "in create_engine_config\n"
            + "(APIServer pid=11) pydantic_core._pydantic_core.ValidationError: 2 validation errors for SchedulerConfig\n(APIServer pid=11) "
            + "max_num_partial_prefills\n"
            + "(APIServer pid=11)   Input should be a valid integer [type=int_type, input_value='two', input_type=str]\n")
        {
            Exit = 1,
            Serves = false,
        },
        Reading.Person(["engine-config-error"], "validation errors for SchedulerConfig"));

    [Fact]
    public Task Buffers_that_do_not_fit_are_want_of_memory_whatever_the_first_code() => EngineReport.IsReadAsync(
        new PlayedEngine(
            "2026-03-03T20:11:09.001+08:00 stderr F [rank2]:[E303 20:11:09.001 OpParamMaker.cpp:444] NPU function error: call aclnnMoeDistributeCombineV2 "
                + "failed, error code is 107000\n"
            + "2026-03-03T20:11:09.002+08:00 stderr F EL0003: [PID: 771] 2026-03-03-20:11:09.002.130 The argument is invalid.\n"
            + "2026-03-03T20:11:09.002+08:00 stderr F         Failed to allocate resource[DeviceMemory] with info [size:4294967296]. Reason: Memory "
            + "resources are exhausted.\n"
            + "2026-03-03T20:11:09.900+08:00 stderr F (EngineCore_DP0 pid=795) ERROR 03-03 20:11:09 [core.py:842] EngineCore failed to start.\n")
        {
            Exit = 1,
            Serves = false,
        },
        Reading.Person([], "Memory resources are exhausted", "stderr F"));

    [Fact]
    public Task An_operator_package_that_does_not_verify_leaves_the_chips_in_nobodys_hands() => EngineReport.IsReadAsync(
        new PlayedEngine(
            "(Worker_TP0 pid=600) ERROR 02-19 11:14:59 [multiproc_executor.py:772] RuntimeError: Initialize: NPU function error: "
                + "c10_npu::SetDevice(device_id_), error code is 507033\n"
            + "E30006: [PID: 600] 2026-02-19-11:14:58.516.606 Failed to verify the OPP\n        Possible Cause: 1.The OPP is incorrect.\n"
            + "(EngineCore_DP0 pid=483) ERROR 02-19 11:15:00 [core.py:842] EngineCore failed to start.\n")
        {
            Exit = 1,
            Serves = false,
        },
        Reading.Person([], "E30006", "in other hands", "device-taken"));
}
