using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Probes.Driver;
using Agent.Probes.Host;
using Agent.Probes.Npu;
using Agent.Tests.Adapters;
using Agent.Tests.Engines;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Probes;

/// <summary>Probes of the driver's unit, of disks, and of which device is which.</summary>
public sealed class HostProbeTests
{
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly SmallBoard _board = new();

    [Theory]
    [InlineData("loaded", "active", "exited", "success", nameof(Verdict.Healthy), null, "unit devdrv is active (exited)")]
    [InlineData("loaded", "failed", "failed", "exit-code", nameof(Verdict.Faulty), FaultCodes.DriverFailed, "unit devdrv is failed (failed, result exit-code)")]
    [InlineData("loaded", "inactive", "dead", "success", nameof(Verdict.Faulty), FaultCodes.DriverFailed, "unit devdrv is inactive (dead)")]
    [InlineData("loaded", "activating", "start", "success", nameof(Verdict.CouldNotLook), null, "unit devdrv is activating (start)")]
    [InlineData("not-found", "inactive", "dead", "success", nameof(Verdict.CouldNotLook), null, "unit devdrv is not-found")]
    public async Task The_unit_of_the_driver_is_what_systemd_says_of_it(
        string load, string active, string sub, string result, string verdict, string? fault, string summary)
    {
        var seen = await LookAsync($"LoadState={load}\nActiveState={active}\nSubState={sub}\nResult={result}\n");
        (seen.Verdict.ToString(), seen.Fault, seen.Summary).ShouldBe((verdict, fault, summary));
        seen.Subject.ShouldBe(Subject.Driver);
    }

    [Fact]
    public async Task A_systemd_that_says_nothing_of_use_was_not_looked_at()
    {
        var seen = await LookAsync("System has not been booted with systemd as init system (PID 1). Can't operate.\n");
        (seen.Verdict, seen.Fault, seen.NextStep).ShouldBe((Verdict.CouldNotLook, null, "run `systemctl show devdrv` by hand"));
    }

    [Fact]
    public async Task A_disk_with_room_is_healthy_also_for_a_folder_that_is_not_made_yet()
    {
        var probe = new DiskSpaceProbe(new DiskSettings(["/", "/no/such/folder"], 0, 0), _clock);
        var seen = (await probe.LookAsync(CancellationToken.None)).ShouldHaveSingleItem();
        seen.Verdict.ShouldBe(Verdict.Healthy);
        seen.Summary.ShouldContain("/no/such/folder ");
        seen.Measures["free_bytes"].ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_disk_with_less_room_than_wanted_is_low()
    {
        var seen = (await new DiskSpaceProbe(new DiskSettings(["/"], long.MaxValue, 0), _clock).LookAsync(CancellationToken.None)).ShouldHaveSingleItem();
        seen.Fault.ShouldBe(FaultCodes.DiskLow);
        seen.Summary.ShouldContain("GiB free, wanted ");
    }

    [Fact]
    public async Task Devices_where_they_were_are_known() => (await IdentifyAsync([])).Summary.ShouldBe("2 chips known by their bus id");

    [Fact]
    public async Task A_device_that_is_not_where_the_configuration_has_it_is_told()
    {
        var seen = await IdentifyAsync(new() { ["0/0"] = "0000:C9:00.0", ["1/0"] = "0000:C2:00.0" });
        (seen.Fault, seen.Summary).ShouldBe((FaultCodes.ChipsRenumbered, "the configuration has 0/0 at 0000:C9:00.0, npu-smi has it at 0000:C1:00.0"));
    }

    [Fact]
    public async Task Of_a_board_that_npu_smi_cannot_tell_of_no_device_is_missed()
    {
        _board.Say("info", "nonsense");
        (await IdentifyAsync(new() { ["0/0"] = "0000:C9:00.0" })).Verdict.ShouldBe(Verdict.CouldNotLook);
    }

    [Fact]
    public async Task Figures_of_every_chip_are_told_in_base_units()
    {
        _board.Hold(1, 30000, 99, "python");
        var seen = await new ChipUsageProbe(_board.NpuSmi, _board.Chips, [], _clock).LookAsync(CancellationToken.None);
        seen.Select(o => o.Subject).ShouldBe([Subject.Host, Subject.Chip(0, 0), Subject.Chip(1, 0)]);
        seen[2].Measures["memory_used_bytes"].ShouldBe(33400.0 * 1024 * 1024);
        seen[2].Measures["memory_total_bytes"].ShouldBe(65536.0 * 1024 * 1024);
        seen[2].Measures["power_watts"].ShouldBe(94.8);
        seen[2].Measures["temperature_celsius"].ShouldBe(36);
        seen[2].Measures["aicore_utilization_ratio"].ShouldBe(0);
        seen[2].Summary.ShouldEndWith("python (99)");
        seen[2].Identity.ShouldBe("0000:C2:00.0");
    }

    [Fact]
    public async Task A_table_that_cannot_be_read_tells_no_figures()
    {
        _board.Say("info", "nonsense");
        var seen = (await new ChipUsageProbe(_board.NpuSmi, _board.Chips, [], _clock).LookAsync(CancellationToken.None)).ShouldHaveSingleItem();
        (seen.Subject, seen.Verdict).ShouldBe((Subject.Host, Verdict.CouldNotLook));
        seen.Measures.ShouldBeEmpty();
    }

    private async Task<Observation> LookAsync(string answer) =>
        (await new DriverUnitProbe(new SystemdUnits(new ToolsByArguments(_ => answer), "systemctl", TimeSpan.FromSeconds(1)), "devdrv", _clock)
            .LookAsync(CancellationToken.None)).ShouldHaveSingleItem();

    private async Task<Observation> IdentifyAsync(Dictionary<string, string> configured) =>
        (await new ChipIdentityProbe(_board.NpuSmi, _board.Chips, StartScene.Numbering(_board.NpuSmi), configured, _clock)
            .LookAsync(CancellationToken.None)).ShouldHaveSingleItem();
}
