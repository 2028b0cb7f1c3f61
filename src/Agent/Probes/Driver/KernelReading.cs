using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters;
using Agent.Adapters.Kernel;

namespace Agent.Probes.Driver;

/// <summary>
/// Reads reports of the kernel, which may be several lines long, into events. What is hung is known by whose process it is and by
/// the module that it sleeps in, and a PCIe error by the vendor's number: names of processes and drivers change with every release.
/// A PCIe report that a look cuts in two is finished by the next look.
/// </summary>
/// <param name="engineOf">The engine that a thread belongs to; null when it is none's.</param>
internal sealed class KernelReading(Func<int, string?> engineOf)
{
    private static readonly Regex HungTask =
        RarePattern.Of(@"INFO: task (\S{1,64}):([0-9]{1,10}) (?:<\w{1,20}> )?(?:is )?blocked (?:in I/O wait )?(?:for more than|on .{1,60} (?:owned|held) by "
        + @"task \S{1,64}:([0-9]{1,10}))");

    /// <summary>Threads of the driver and its tools, which sleep there by trade.</summary>
    private static readonly Regex DriverThread = RarePattern.Of(@"^(?:dev_sq_task|npu-smi|devmm|hdc|asdrv)");

    /// <summary>Modules of the driver (facts of the vendor's hosts): asdrv_*, drv_*, ascend_*, ts_*, debug and davinci ones.</summary>
    private static readonly Regex DriverFrame =
        RarePattern.Of(@"(\w{1,80}\+0x[0-9a-f]{1,8}/0x[0-9a-f]{1,8} \[(?:asdrv|drv|ascend|ts_drv|ts_agent|davinci|devdrv|devmm)\w{0,60}(?: "
        + @"[0-9a-f]{1,40})?\])");

    private static readonly Regex BusAddress = RarePattern.Of(@"device_id: ([0-9a-fA-F]{4}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\.[0-7])");

    /// <summary>
    /// Of Huawei's devices the NPUs have numbers from d100 on (captures lspci_*, dmesg_*); root ports, network cards and disks of the same
    /// maker have others.
    /// </summary>
    private static readonly Regex Npu = RarePattern.Of(@"vendor_id: 0x19e5, device_id: 0xd[0-9a-f]{3}\b|device \[19e5:d[0-9a-f]{3}\]", ignoreCase: true);

    private static readonly Regex OutOfMemory = RarePattern.Of(@"[Oo]ut of memory(?: \([\w ]{1,40}\))?: Kill(?:ed)? process [0-9]+|oom-kill:");
    private static readonly Regex Poisoned =
        RarePattern.Of(@"Memory failure: 0x[0-9a-f]{1,16}: (?:Sending SIGBUS to|(?:forcibly )?[Kk]illing) .{1,64}:([0-9]{1,10}) (?:due to hardware memory "
        + @"corruption|because of failure to unmap corrupted page)");

    private const string HardwareError = "[Hardware Error]:";

    // Of kernel 4.19 ("Kill process N (NAME) score"), of 5.10 and later ("Killed process N (NAME)"), of a cgroup and of the host.
    private static readonly string[] MemoryWords = ["ut of memory", "oom-kill:"];

    private Hung? _hung;
    private string? _device;

    public IReadOnlyList<KernelEvent> Take(IReadOnlyList<KernelLine> lines)
    {
        List<KernelEvent> events = [];
        foreach (var (_, text) in lines)
            Take(text, events);
        End(events);
        return events;
    }

    private void Take(string text, List<KernelEvent> events)
    {
        if (text.Contains("blocked ", StringComparison.Ordinal) && text.Contains("INFO: task ", StringComparison.Ordinal))
            TakeHung(text, events);
        else if (_hung is not null && DriverFrame.Match(text) is { Success: true } frame)
            EndInDriver(frame.Groups[1].Value, events);
        else if (text.Contains(HardwareError, StringComparison.Ordinal))
            TakeHardwareError(text, events);
        else if (MemoryWords.Any(w => text.Contains(w, StringComparison.Ordinal)) && OutOfMemory.IsMatch(text))
            events.Add(new KernelEvent(KernelTopic.NoMemory, text));
        else if (text.Contains("Memory failure: 0x", StringComparison.Ordinal) && Poisoned.Match(text) is { Success: true } poisoned)
            events.Add(new KernelEvent(KernelTopic.BadMemory, text, engineOf(Number(poisoned.Groups[1]))));
        else if (IsDriverError(text))
            events.Add(new KernelEvent(KernelTopic.Driver, text));
    }

    /// <summary>
    /// "task NAME:TID blocked for more than N seconds.", and from kernel 6 on "task A:TID blocked on a mutex likely owned by task B:TID".
    /// The frames that follow tell where it sleeps.
    /// </summary>
    private void TakeHung(string text, List<KernelEvent> events)
    {
        End(events);
        if (HungTask.Match(text) is not { Success: true } task)
            return;
        var engine = engineOf(Number(task.Groups[2])) ?? (task.Groups[3].Success ? engineOf(Number(task.Groups[3])) : null);
        if (DriverThread.IsMatch(task.Groups[1].ValueSpan))
            events.Add(new KernelEvent(KernelTopic.Driver, text, engine));
        else
            _hung = new Hung(text, engine, task.Groups[2].Value);
    }

    private void EndInDriver(string frame, List<KernelEvent> events)
    {
        events.Add(new KernelEvent(KernelTopic.Driver, $"{_hung!.Text} In the driver: {frame}", _hung.Engine));
        _hung = null;
    }

    private void End(List<KernelEvent> events)
    {
        if (_hung is { Engine: not null } stuck)
            events.Add(new KernelEvent(KernelTopic.StuckEngine, stuck.Text, stuck.Engine, stuck.Process));
        _hung = null;
    }

    /// <summary>Firmware-first errors (APEI): the address of the device comes first, its vendor some lines later.</summary>
    private void TakeHardwareError(string text, List<KernelEvent> events)
    {
        if (text.Contains("Hardware error from", StringComparison.Ordinal) || text.Contains("section_type:", StringComparison.Ordinal))
            _device = null;
        else if (BusAddress.Match(text) is { Success: true } address)
            _device = address.Groups[1].Value;
        else if (_device is not null && Npu.IsMatch(text))
        {
            events.Add(new KernelEvent(KernelTopic.Driver, $"PCIe error of the NPU {_device}, told by the firmware: {text.Trim()}"));
            _device = null;
        }
    }

    // "[ascend] [uda] [ERROR] [function line] <process> text" (captures dmesg_*); PCIe errors are the kernel's own lines.
    private static bool IsDriverError(string text) =>
        (text.Contains("[ascend]", StringComparison.Ordinal) && text.Contains("[ERROR]", StringComparison.Ordinal))
        || (text.Contains("AER", StringComparison.Ordinal) && text.Contains("devdrv_device_driver", StringComparison.Ordinal))
        // The kernel's report of an error names the vendor and the kind of device.
        || (text.Contains("error status", StringComparison.Ordinal) && Npu.IsMatch(text))
        || text.Contains("Can not alloc dev mem", StringComparison.Ordinal);

    private static int Number(Group digits) => int.TryParse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A report of a hung task whose frames have still to come.</summary>
    private sealed record Hung(string Text, string? Engine, string Process);
}
