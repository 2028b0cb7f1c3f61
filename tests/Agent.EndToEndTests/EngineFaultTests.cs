namespace Agent.EndToEndTests;

// U and F in the names are rows of the field's failures: U what users of inference platforms suffered, F what vLLM and
// vLLM-Ascend do. One test plays all rows that look alike from outside.

public sealed class EngineFaultTests
{
    [Fact]
    public Task U6_F4_An_exit_with_code_0_is_a_failure() => FaultCase.RecoversAsync("guide", ["engine-exit"], "engine-exited", "engine");

    [Fact]
    public Task F5_A_killed_worker_is_named_as_the_cause() => FaultCase.RecoversAsync("guide", ["worker-killed"], "engine-worker-died", "engine");

    [Fact]
    public Task U7_F16_Orphans_are_killed_before_the_start() => FaultCase.RecoversAsync("guide", ["api-killed"], "engine-orphans", "orphans");

    [Fact]
    public Task F6_A_collective_that_timed_out_restarts_all_ranks() =>
        FaultCase.RecoversAsync("guide", ["collective-timeout"], "engine-communication-failed", "engine");

    [Fact]
    public Task F7_A_kernel_that_never_ends_restarts_the_engine() => FaultCase.RecoversAsync("guide", ["aicore-timeout"], "engine-device-error", "engine");

    [Fact]
    public Task F9_Running_out_of_memory_restarts_once() => FaultCase.RecoversAsync("guide", ["out-of-memory"], "engine-out-of-memory", "engine");

    [Fact]
    public Task F22_A_stop_by_somebody_else_is_respected() => FaultCase.IsHandedOverAsync("guide", ["sigterm-by-other"], "engine-stopped-by-other");

    [Fact]
    public Task F3_A_time_out_of_execute_model_is_an_exit_with_code_0() => FaultCase.RecoversAsync("guide", ["execute-timeout"], "engine-exited", "engine");

    [Fact]
    public Task U9_A_dead_engine_that_does_not_leave_is_started_anew() => FaultCase.RecoversAsync("guide", ["dead-but-stays"], "engine-not-serving", "engine");

    [Fact]
    public Task U12_An_engine_core_that_vanished_behind_its_API_server_is_missed() =>
        FaultCase.RecoversAsync("guide", ["core-vanishes"], "engine-not-serving", "engine");
}

public sealed class EngineHangTests
{
    [Fact]
    public Task U1_U3_F1_A_hang_with_health_and_models_200_is_seen_by_its_counters() =>
        FaultCase.RecoversAsync("guide", ["engine-hang"], "engine-hung", "engine");

    [Fact]
    public Task U2_A_hang_that_shows_no_running_request_is_seen_by_canaries() =>
        FaultCase.RecoversAsync("guide", ["engine-hang-idle"], "engine-hung", "engine");

    [Fact]
    public Task F19_An_engine_that_ignores_SIGTERM_is_killed() => FaultCase.RecoversAsync("guide", ["ignores-sigterm"], "engine-hung", "engine");

    [Fact]
    public Task F21_Garbage_answers_are_restarted_once() => FaultCase.RecoversAsync("guide", ["garbage"], "engine-output-degraded", "engine");

    [Fact]
    public Task U16_F2_Workers_that_take_no_message_are_a_hang() => FaultCase.RecoversAsync("guide", ["worker-stuck"], "engine-hung", "engine");

    [Fact]
    public Task U13_An_open_port_that_answers_nothing_over_idle_chips_is_a_hang() => FaultCase.RecoversAsync("guide", ["api-deaf"], "engine-hung", "engine");
}

public sealed class EngineStartFaultTests
{
    [Fact]
    public Task F12_A_wrong_configuration_is_not_restarted_in_a_loop() =>
        FaultCase.StartIsHandedOverAsync("config-error", "engine-config-error", "advice: set max_model_len: 1024 or less", "engine");

    [Fact]
    public Task F11_A_KV_cache_that_does_not_fit_is_handed_over() =>
        FaultCase.StartIsHandedOverAsync("kv-cache-too-small", "engine-kv-cache-too-small", "976 tokens fit at most: set max_model_len: 896", "engine");

    [Fact]
    public Task F13_A_start_up_that_stands_still_is_handed_over() =>
        FaultCase.StartIsHandedOverAsync("start-stall", "engine-start-stalled", "loading weights 53 %", "engine");

    [Fact]
    public Task F13_Weights_that_take_longer_than_vLLM_waits_are_handed_over_with_the_time_they_need() =>
        FaultCase.StartIsHandedOverAsync("weights-slow", "engine-start-stalled", "advice: set VLLM_ENGINE_READY_TIMEOUT_S: ", "engine");

    [Fact]
    public Task F14_A_graph_capture_without_streams_is_handed_over_with_what_may_help() =>
        FaultCase.StartIsHandedOverAsync("graph-capture-fails", "engine-config-error", "advice: capture fewer graphs", "engine");

    [Fact]
    public Task F8_A_port_of_the_chips_that_stays_taken_is_handed_over() =>
        FaultCase.StartIsHandedOverAsync("hccl-port-taken", "engine-port-taken", "HCCL_IF_BASE_PORT", "engine", "orphans");

    [Fact]
    public Task U10_F15_A_core_that_dies_alike_twice_while_its_API_server_waits_is_handed_over() =>
        FaultCase.StartIsHandedOverAsync("start-dies", "engine-start-fails", "two starts in a row failed", "engine", "engine");
}
