using System.Diagnostics;
using System.Globalization;
using Agent.Adapters.Kernel;
using Agent.Domain.Observations;
using Agent.Probes.Driver;

namespace Agent.Benchmarks;

/// <summary>
/// The kernel log while the driver floods it, watched by the agent's probe at its usual interval, beside the tools that follow
/// the same lines. The source is /dev/kmsg itself for root, otherwise a file of its records, which the probe reads alike.
/// </summary>
internal static class KernelLogBenchmark
{
    private const string Kernel = "/dev/kmsg";
    private const string Limiter = "/proc/sys/kernel/printk_devkmsg";
    private const int LinesPerSecond = 5000;
    private const int Seconds = 20;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static void Run(string folder)
    {
        var isKernel = MayFlood();
        var source = isKernel ? Kernel : Path.Combine(folder, "kmsg");
        if (!isKernel)
            File.WriteAllText(source, "");
        // The kernel drops what user space writes too fast unless it is told not to, with a line end and not without.
        var limiter = isKernel ? File.ReadAllText(Limiter).Trim() : "";
        if (isKernel)
            File.WriteAllText(Limiter, "on\n");
        try
        {
            Measure(folder, source, isKernel);
        }
        finally
        {
            if (isKernel)
                File.WriteAllText(Limiter, limiter + "\n");
        }
    }

    private static bool MayFlood()
    {
        try
        {
            using var kernel = new FileStream(Kernel, FileMode.Open, FileAccess.Write);
            using var limiter = new FileStream(Limiter, FileMode.Open, FileAccess.Write);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Measure(string folder, string source, bool isKernel)
    {
        using var probe = new KernelLogProbe(new KernelRing(source), [], TimeProvider.System);
        Look(probe);
        List<FollowingTool> tools = isKernel
            ? [new(folder, "cat", Kernel), new(folder, "dmesg", "-w"), .. FollowingTool.HasJournal ? [new FollowingTool(folder, "journalctl", "-kf")]
                : Array.Empty<FollowingTool>()]
            : [new(folder, "tail", "-f", source)];
        double lines = 0, skipped = 0, errors = 0;
        Effort probing;
        try
        {
            using var flood = Process.Start(Environment.ProcessPath!, [KernelFlood.Name, source, $"{LinesPerSecond}", $"{Seconds}"]);
            probing = Effort.Of(() =>
            {
                for (var ended = false; !ended;)
                {
                    ended = flood.WaitForExit(Interval);
                    var seen = Look(probe);
                    lines += seen["kernel_log_lines"];
                    errors += seen["kernel_log_driver_errors"];
                    skipped = seen["kernel_log_skipped_lines"];
                }
            });
        }
        finally
        {
            tools.ForEach(t => t.End());
        }

        Figures.Print(
            string.Create(CultureInfo.InvariantCulture,
                $"kernel-log: {LinesPerSecond} lines a second for {Seconds} s in {(isKernel ? Kernel : "a file of its records")}, a look every "
                + $"{Interval.TotalSeconds:0} s"),
            ["", "CPU seconds", "% of one core", "lines seen", "lines skipped", "errors of the driver"],
            [
                Row("KernelLogProbe", probing.CpuSeconds, Figures.Number(lines, 0), Figures.Number(skipped, 0), Figures.Number(errors, 0)),
                .. tools.Select(t => Row(t.Name, t.CpuSeconds, $"{t.Lines}", "", "")),
            ]);

        string[] Row(string name, double cpu, string seen, string passed, string told) =>
            [name, Figures.Number(cpu), Figures.Number(100 * cpu / probing.Seconds, 1), seen, passed, told];
    }

    private static IReadOnlyDictionary<string, double> Look(KernelLogProbe probe) =>
        probe.LookAsync(CancellationToken.None).GetAwaiter().GetResult().First(o => o.Subject == Subject.Driver && o.Measures.Count > 0).Measures;
}
