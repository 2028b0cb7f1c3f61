using System.Globalization;
using Agent.Adapters.Kernel;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Probes.Driver;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Probes;

public sealed class DriverProbeTests : IDisposable
{
    private const int FirstSequence = 100;

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private int _sequence = FirstSequence;

    private string Kernel => _folder.File("kmsg");

    [Theory]
    [InlineData("asdrv_svm 1 2 - Live 0x0\next4 1 2 - Live 0x0\n", "davinci_manager davinci0 davinci1 davinci_x", null, "1 module, 2 chip nodes")]
    [InlineData("drv_davinci_intf 1 2 - Live 0x0\n", "davinci_manager davinci0", null, "1 module, 1 chip node")]
    [InlineData("ext4 1 2 - Live 0x0\n", "", "driver-failed", "no module of the NPU driver is loaded")]
    [InlineData("asdrv_svm 1 2 - Live 0x0\n", "davinci0", "driver-failed", "davinci_manager is missing")]
    public async Task Modules_and_device_nodes_tell_whether_the_driver_is_there(string modules, string nodes, string? fault, string says)
    {
        File.WriteAllText(_folder.File("modules"), modules);
        Directory.CreateDirectory(_folder.File("dev"));
        foreach (var node in nodes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            File.WriteAllText(Path.Combine(_folder.File("dev"), node), "");
        var seen = (await new DriverModulesProbe(new DriverFiles(_folder.File("modules"), _folder.File("dev"), _folder.File("none")), _clock)
            .LookAsync(CancellationToken.None)).Single();
        seen.Fault.ShouldBe(fault);
        seen.Summary.ShouldContain(says);
    }

    [Fact]
    public async Task A_list_of_modules_that_cannot_be_read_is_no_verdict()
    {
        var seen = (await new DriverModulesProbe(new DriverFiles(_folder.File("none"), "/dev", "/none"), _clock).LookAsync(CancellationToken.None)).Single();
        seen.Verdict.ShouldBe(Verdict.CouldNotLook);
        seen.Summary.ShouldContain(_folder.File("none"));
        seen.NextStep!.ShouldContain("vendor.modules_file");
    }

    [Theory]
    [InlineData("dmesg_devmm_oom_910B.log", FaultCodes.DriverErrors)]
    [InlineData("dmesg_drv_pcie_boot_910B.log", null)]
    [InlineData("dmesg_process_exit_910B.log", FaultCodes.DriverErrors)]
    [InlineData("dmesg_uda_conflict_open.txt", FaultCodes.DriverErrors)]
    [InlineData("dmesg_dms_fault_events_910B.log", null)]
    [InlineData("dmesg_device_os_load_and_half_probe_910B.log", null)]
    public async Task Lines_of_the_driver_are_judged_as_a_person_would(string capture, string? fault)
    {
        using var probe = Probe();
        await LookAsync(probe);
        Write(Captures.Read("ascend/" + capture).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (await LookAsync(probe))[0].Fault.ShouldBe(fault);
        (await LookAsync(probe))[0].Fault.ShouldBeNull("an event is told once");
    }

    [Fact]
    public async Task A_process_that_was_killed_because_memory_ran_out_is_told_of_the_host()
    {
        using var probe = Probe();
        await LookAsync(probe);
        Write("Out of memory: Killed process 4711 (VLLM::Worker_TP0) total-vm:1kB",
            "[ascend] [uda] [ERROR] [uda_occupy_dev_by_ns 932] <npu-smi:12> Conflict open udevid.");
        var seen = await LookAsync(probe);
        seen[0].Summary.ShouldContain("Conflict open udevid");
        (seen[1].Subject, seen[1].Fault).ShouldBe((Subject.Host, FaultCodes.HostOutOfMemory));
    }

    [Theory]
    [InlineData("pcieport 0000:c0:00.0:   device [19e5:d802] error status/mask=00000001/0000e000", true)]
    [InlineData("pcieport 0000:c0:00.0:   device [8086:1521] error status/mask=00000001/0000e000", false)]
    [InlineData("devdrv_device_driver 0000:c1:00.0: AER: can't recover (no error_detected callback)", true)]
    [InlineData("INFO: task dev_sq_task_0:4711 blocked for more than 120 seconds.", true)]
    [InlineData("INFO: task jbd2/sda1-8:512 blocked for more than 120 seconds.", false)]
    [InlineData("[104048.512182] [ascend] [ERROR] [drv_pcie] [devdrv_record_err_addr 191] <kworker/32:0:29177> the err addr is", true)]
    public async Task What_the_kernel_says_of_the_driver_is_told_apart_from_the_rest(string line, bool isOfDriver)
    {
        using var probe = Probe();
        await LookAsync(probe);
        Write(line);
        (await LookAsync(probe))[0].Fault.ShouldBe(isOfDriver ? FaultCodes.DriverErrors : null);
    }

    // Two broken halves in one look: nobody finds the bad module by lowering the load.
    [Fact]
    public async Task Broken_memory_of_the_host_is_told_before_want_of_memory()
    {
        using var probe = Probe();
        await LookAsync(probe);
        Write("Out of memory: Killed process 4711 (python3.11) total-vm:1kB",
            "Memory failure: 0x7f3a21: Sending SIGBUS to VLLM::Worker_TP:15277 due to hardware memory corruption");
        var seen = await LookAsync(probe);
        (seen[1].Subject, seen[1].Fault).ShouldBe((Subject.Host, FaultCodes.HostMemoryCorrupt));
        seen[1].Evidence.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Of_a_flood_a_bounded_number_of_lines_is_read_and_the_rest_is_counted()
    {
        using var probe = Probe();
        await LookAsync(probe);
        Write([.. Enumerable.Repeat("[ascend] [devmm] [INFO] text", 20_000)]);
        var first = (await LookAsync(probe))[0].Measures;
        Write("[ascend] [devmm] [INFO] after the flood");
        var next = (await LookAsync(probe))[0].Measures;
        next["kernel_log_skipped_lines"].ShouldBe(20_000 - first["kernel_log_lines"]);
        first["kernel_log_lines"].ShouldBeInRange(10_000, 10_500);
    }

    [Fact]
    public async Task A_kernel_log_that_may_not_be_read_is_no_verdict_and_says_what_is_missing()
    {
        using var probe = new KernelLogProbe(new KernelRing(_folder.File("none")), [], _clock);
        var seen = (await probe.LookAsync(CancellationToken.None)).Single();
        seen.Verdict.ShouldBe(Verdict.CouldNotLook);
        seen.NextStep!.ShouldContain("CAP_SYSLOG");
    }

    public void Dispose() => _folder.Dispose();

    private KernelLogProbe Probe()
    {
        File.WriteAllText(Kernel, $"6,{FirstSequence - 1},0,-;from before\n");
        return new KernelLogProbe(new KernelRing(Kernel), [], _clock);
    }

    private static async Task<IReadOnlyList<Observation>> LookAsync(KernelLogProbe probe) => await probe.LookAsync(CancellationToken.None);

    private void Write(params string[] lines) =>
        File.AppendAllLines(Kernel, lines.Select(l => string.Create(CultureInfo.InvariantCulture, $"6,{_sequence++},0,-;{l}")));
}
