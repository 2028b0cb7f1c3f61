using System.Text.RegularExpressions;
using Agent.Adapters.Kernel;
using Agent.Domain.Faults;
using Agent.Domain.Observations;

namespace Agent.Probes.Driver;

/// <summary>
/// What the kernel says of the NPU driver and of memory. Lines are events: each is told once, with the look that met it. It
/// reads a bounded number of lines a look and says how many it passed over. What it cannot see: lines from before its start.
/// </summary>
internal sealed partial class KernelLogProbe(IKernelLog log, TimeProvider clock) : IProbe, IDisposable
{
    private const int LinesALook = 10_000;
    private const int Evidence = 10;

    public string Name => "kernel-log";

    public Subject Subject => Subject.Driver;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        try
        {
            var read = await log.ReadNewAsync(LinesALook, cancellation);
            return Judge(read.New, read.Skipped);
        }
        catch (IOException refused)
        {
            return [this.CouldNotLook(refused.Message, clock.GetUtcNow()) with { NextStep = "run as root or with CAP_SYSLOG, or set kernel.dmesg_restrict=0, or vendor.kernel_log: journal and the group systemd-journal for the agent's user" }];
        }
    }

    public void Dispose() => log.Dispose();

    private IReadOnlyList<Observation> Judge(IReadOnlyList<KernelLine> lines, long skipped)
    {
        var now = clock.GetUtcNow();
        var driver = lines.Where(l => IsDriverError(l.Text)).Select(l => l.Text).ToList();
        var killed = lines.Where(l => l.Text.Contains("emory", StringComparison.Ordinal) || l.Text.Contains("oom-kill", StringComparison.Ordinal)).Select(l => l.Text).Where(l => OutOfMemory().IsMatch(l)).ToList();
        var measures = new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["kernel_log_lines"] = lines.Count,
            ["kernel_log_driver_errors"] = driver.Count,
            ["kernel_log_skipped_lines"] = skipped,
        };
        var passed = skipped > 0 ? $", {skipped} lines passed over so far" : "";
        var ofDriver = driver.Count == 0
            ? this.Healthy($"{lines.Count} new lines, no error of the driver{passed}", now)
            : this.Faulty(FaultCodes.DriverErrors, $"{driver.Count} errors of the driver in the kernel log{passed}: {driver[0]}", now, [.. driver.Take(Evidence)]);
        var ofHost = killed.Count == 0
            ? this.Healthy("nothing was killed for want of memory", now)
            : this.Faulty(FaultCodes.HostOutOfMemory, killed[0], now, [.. killed.Take(Evidence)]);
        return [ofDriver with { Measures = measures }, ofHost with { Subject = Subject.Host }];
    }

    // "[ascend] [uda] [ERROR] [function line] <process> text" (captures dmesg_*); PCIe errors are the kernel's own lines.
    private static bool IsDriverError(string text) =>
        (text.Contains("[ascend]", StringComparison.Ordinal) && text.Contains("[ERROR]", StringComparison.Ordinal))
        || (text.Contains("AER", StringComparison.Ordinal) && text.Contains("devdrv_device_driver", StringComparison.Ordinal))
        // The kernel's report of an error names the vendor and the kind of device.
        || (text.Contains("device [19e5:", StringComparison.Ordinal) && text.Contains("error status", StringComparison.Ordinal))
        || text.Contains("Can not alloc dev mem", StringComparison.Ordinal)
        || (text.Contains("blocked for more than", StringComparison.Ordinal) && StuckInDriver().IsMatch(text));

    // Threads of the driver, its tools and engines.
    [GeneratedRegex(@"task (?:dev_sq_task|npu-smi|VLLM|vllm|EngineCore|devmm|hdc|asdrv)\S*", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex StuckInDriver();

    [GeneratedRegex(@"Out of memory: Kill(?:ed)? process \d+|oom-kill:", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex OutOfMemory();
}
