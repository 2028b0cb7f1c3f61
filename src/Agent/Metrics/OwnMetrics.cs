using Prometheus;

namespace Agent.Metrics;

/// <summary>What the agent itself takes of the host. The names that begin with process_ are those of every Prometheus client.</summary>
internal sealed class OwnMetrics
{
    /// <summary>Sizes that nobody looked at for so long are no sizes.</summary>
    private static readonly TimeSpan SizesHold = TimeSpan.FromMinutes(5);
    private static readonly GaugeConfiguration Empty = new() { SuppressInitialValue = true };

    private readonly MetricsSources _sources;
    private readonly Gauge _stuck;
    private readonly Gauge _resident;
    private readonly Counter _cpu;
    private readonly Gauge _database;
    private readonly Gauge _bundleBytes;
    private readonly Gauge _bundles;

    public OwnMetrics(MetricsSources sources, MetricFactory factory)
    {
        _sources = sources;
        factory.CreateGauge("npu_agent_build_info", "Always 1. The label tells the agent's version.", "version").WithLabels(sources.Version).Set(1);
        _stuck = factory.CreateGauge("npu_agent_stuck_children",
            "Children of the agent in uninterruptible sleep that could not be killed. Their programs are not started again meanwhile.");
        factory.CreateGauge("process_start_time_seconds", "When the agent started, in seconds since 1970, by the host's clock at that time.")
            .Set(sources.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        _cpu = factory.CreateCounter("process_cpu_seconds_total", "Processor time of the agent itself, in seconds, from the operating system.");
        _resident = factory.CreateGauge("process_resident_memory_bytes", "Resident memory of the agent itself, in bytes, from the operating system.");
        _database = factory.CreateGauge("npu_agent_database_bytes",
            "Size of the agent's database with its write-ahead log, in bytes, from the file system. Absent when it could not be looked at.", Empty);
        _bundleBytes = factory.CreateGauge("npu_agent_bundles_bytes",
            "Size of all bundles of evidence together, in bytes, from the file system. Absent when it could not be looked at.", Empty);
        _bundles = factory.CreateGauge("npu_agent_bundles",
            "Bundles of evidence that are kept, from the file system. Absent when it could not be looked at.", Empty);
    }

    public void Show()
    {
        _stuck.Set(_sources.Stuck());
        var own = _sources.Own();
        _cpu.IncTo(own.Cpu.TotalSeconds);
        _resident.Set(own.ResidentBytes);
        var kept = _sources.Kept() is { } sizes && _sources.Clock.GetUtcNow() - sizes.At <= SizesHold ? sizes : null;
        Show(_database, kept?.DatabaseBytes);
        Show(_bundleBytes, kept?.BundleBytes);
        Show(_bundles, kept?.Bundles);
    }

    private static void Show(Gauge gauge, double? value) => gauge.Show(value is { } size ? [([], size)] : []);
}

/// <summary>What the agent's process takes now.</summary>
internal sealed record OwnUse(long ResidentBytes, TimeSpan Cpu)
{
    public static OwnUse Now() => new(Environment.WorkingSet, Environment.CpuUsage.TotalTime);
}

/// <summary>What the agent keeps on the disk, as it was looked at.</summary>
internal sealed record KeptSizes(long DatabaseBytes, long BundleBytes, int Bundles, DateTimeOffset At);
