namespace Agent.EndToEndTests;

public sealed class DriverAndChipFaultTests
{
    [Fact]
    public Task Lost_chips_are_brought_back_by_a_driver_restart() =>
        FaultCase.RecoversAsync("guide", ["chips-unavailable"], "chips-lost", "driver");

    [Fact]
    public Task A_failed_driver_unit_is_restarted() =>
        FaultCase.RecoversAsync("guide", ["driver-down"], "driver-failed", "driver");

    [Fact]
    public Task A_driver_restart_that_fails_is_handed_over() =>
        FaultCase.IsHandedOverAsync("guide", ["driver-restart-fails", "chips-unavailable"], "driver-failed", "driver");

    [Fact]
    public Task Without_a_driver_restart_command_lost_chips_are_handed_over() =>
        FaultCase.IsHandedOverAsync("ascend", ["chips-unavailable"], "chips-lost");
}

public sealed class ChipFaultTests
{
    [Fact]
    public Task A_chip_in_alarm_is_reset() => FaultCase.RecoversAsync("guide", ["chip-alarm"], "chip-alarm", "chip");

    [Fact]
    public Task A_chip_that_has_to_be_taken_out_is_handed_over_and_its_engine_goes_on() =>
        FaultCase.IsHandedOverAsync("guide", ["chip-worn-out"], "chip-unfit");

    [Fact]
    public Task A_chip_in_alarm_is_reset_with_the_real_collector_before_it() => FaultCase.RecoversAsync("ascend", ["chip-alarm"], "chip-alarm", "chip");

    [Fact]
    public Task A_reset_that_lies_about_its_success_is_followed_by_a_driver_restart() =>
        FaultCase.RecoversAsync("guide", ["reset-lies", "chip-alarm"], "chip-alarm", "chip", "driver");

    [Fact]
    public Task A_reset_that_fails_is_followed_by_a_driver_restart() =>
        FaultCase.RecoversAsync("guide", ["reset-fails", "chip-alarm"], "chip-alarm", "chip", "driver");

    [Fact]
    public Task Memory_that_nobody_holds_is_freed_by_a_chip_reset() =>
        FaultCase.RecoversAsync("guide", ["memory-held", "engine-exit"], "chip-memory-held", "engine", "orphans", "chip");
}
