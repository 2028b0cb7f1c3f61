using Agent.Adapters.Kernel;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Driver;

/// <summary>
/// What the kernel says of the NPU driver, of memory and of processes of an engine that hang in it. Lines are events: each is told once, with the
/// look that met it. It
/// reads a bounded number of lines a look and says how many it passed over. What it cannot see: lines from before its start.
/// </summary>
internal sealed class KernelLogProbe(IKernelLog log, IReadOnlyList<SupervisedEngine> engines, TimeProvider clock) : IProbe, IDisposable
{
    public static readonly DeclaredProbe Declared = new(
        "kernel-log", "5s", "5s",
        "Profile ascend only: the kernel's lines about the driver, memory and processes that hang.");

    private const int LinesALook = 10_000;
    private const int Evidence = 10;

    private readonly KernelReading _reading = new(thread => engines.FirstOrDefault(e => e.Handle.Owns(thread))?.Name);

    public string Name => Declared.Name;

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
            return [this.CouldNotLook(refused.Message,
                clock.GetUtcNow()) with { NextStep =
                "run as root or with CAP_SYSLOG, or set kernel.dmesg_restrict=0, or vendor.kernel_log: journal and the group systemd-journal for the "
                + "agent's user" }];
        }
    }

    public void Dispose() => log.Dispose();

    private IReadOnlyList<Observation> Judge(IReadOnlyList<KernelLine> lines, long skipped)
    {
        var now = clock.GetUtcNow();
        var told = _reading.Take(lines).ToLookup(e => e.Topic);
        var driver = told[KernelTopic.Driver].Select(e => e.Text).ToList();
        var passed = skipped > 0 ? $", {Counted.Text(skipped, "line")} passed over so far" : "";
        var ofDriver = driver.Count == 0
            ? this.Healthy($"{Counted.Text(lines.Count, "new line")}, no error of the driver{passed}", now)
            : this.Faulty(FaultCodes.DriverErrors, $"{Counted.Text(driver.Count, "error")} of the driver in the kernel log{passed}: {driver[0]}", now,
                [.. driver.Take(Evidence)]);
        return
        [
            ofDriver with
            {
                Measures = new Dictionary<string, double>(StringComparer.Ordinal)
                {
                    ["kernel_log_lines"] = lines.Count,
                    ["kernel_log_driver_errors"] = driver.Count,
                    ["kernel_log_skipped_lines"] = skipped,
                },
            },
            OfMemory([.. told[KernelTopic.BadMemory]], [.. told[KernelTopic.NoMemory]], now) with { Subject = Subject.Host },
            .. engines.Select(e => OfEngine([.. told[KernelTopic.StuckEngine].Where(s => s.Engine == e.Name)], now) with { Subject = e.Settings.Subject }),
        ];
    }

    /// <summary>Broken memory first: memory that ran out is looked into by lowering loads, and that would not help.</summary>
    private Observation OfMemory(IReadOnlyList<KernelEvent> bad, IReadOnlyList<KernelEvent> none, DateTimeOffset now)
    {
        var evidence = bad.Concat(none).Take(Evidence).Select(e => e.Text).ToList();
        return bad.Count > 0 ? this.Faulty(FaultCodes.HostMemoryCorrupt, bad[0].Engine is { } engine ? $"{bad[0].Text} (a process of engine:{engine})"
            : bad[0].Text, now, evidence)
            : none.Count > 0 ? this.Faulty(FaultCodes.HostOutOfMemory, none[0].Text, now, evidence)
            : this.Healthy("nothing was killed because memory ran out or was broken", now);
    }

    private Observation OfEngine(IReadOnlyList<KernelEvent> stuck, DateTimeOffset now) => stuck.Count == 0
        ? this.Healthy("none of its processes hangs in the kernel", now)
        : this.Faulty(FaultCodes.EngineStuckInKernel, stuck[0].Text, now, [.. stuck.Take(Evidence).Select(e => e.Text)]) with
        {
            Known = new Dictionary<string, string>(StringComparer.Ordinal) { [Placeholders.Process] = stuck[0].Process },
        };
}
