namespace Agent.EndToEndTests;

public sealed class EngineFaultTests
{
    [Fact]
    public Task An_exit_with_code_0_is_a_failure() => FaultCase.RecoversAsync("guide", ["engine-exit"], "engine-exited", "engine");

    [Fact]
    public Task A_killed_worker_is_named_as_the_cause() => FaultCase.RecoversAsync("guide", ["worker-killed"], "engine-worker-died", "engine");

    [Fact]
    public Task Orphans_are_killed_before_the_start() => FaultCase.RecoversAsync("guide", ["api-killed"], "engine-orphans", "orphans");

    [Fact]
    public Task Running_out_of_memory_restarts_once() => FaultCase.RecoversAsync("guide", ["out-of-memory"], "engine-out-of-memory", "engine");

    [Fact]
    public Task A_stop_by_somebody_else_is_respected() => FaultCase.IsHandedOverAsync("guide", ["sigterm-by-other"], "engine-stopped-by-other");
}

public sealed class EngineHangTests
{
    [Fact]
    public Task A_hang_with_health_200_is_seen_by_its_counters() => FaultCase.RecoversAsync("guide", ["engine-hang"], "engine-hung", "engine");

    [Fact]
    public Task A_hang_that_shows_no_running_request_is_seen_by_canaries() => FaultCase.RecoversAsync("guide", ["engine-hang-idle"], "engine-hung", "engine");

    [Fact]
    public Task An_engine_that_ignores_SIGTERM_is_killed() => FaultCase.RecoversAsync("guide", ["ignores-sigterm"], "engine-hung", "engine");

    [Fact]
    public Task Garbage_answers_are_restarted_once() => FaultCase.RecoversAsync("guide", ["garbage"], "engine-output-degraded", "engine");
}

public sealed class EngineStartFaultTests
{
    [Fact]
    public Task A_wrong_configuration_is_not_restarted_in_a_loop() => FaultCase.IsHandedOverAsync("guide", ["config-error"], "engine-config-error", "engine");

    [Fact]
    public Task A_KV_cache_that_does_not_fit_is_handed_over() => FaultCase.IsHandedOverAsync("guide", ["kv-cache-too-small"], "engine-kv-cache-too-small", "engine");

    [Fact]
    public Task A_start_up_that_stands_still_is_handed_over() => FaultCase.IsHandedOverAsync("guide", ["start-stall"], "engine-start-stalled", "engine");
}
