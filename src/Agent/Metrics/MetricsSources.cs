using Agent.Domain.Observations;
using Agent.Notifications.Queue;

namespace Agent.Metrics;

/// <summary>Where the metrics come from. A scrape asks no program: it reads what the loop knows.</summary>
internal sealed record MetricsSources
{
    public required string Version { get; init; }

    /// <summary>Names of the probes that look. Counters of what never happened yet stand at 0.</summary>
    public required IReadOnlyList<string> Probes { get; init; }

    /// <summary>Names under which verdicts are counted among the looks: nobody looks for them, so they have no duration.</summary>
    public required IReadOnlyList<string> Verdicts { get; init; }

    public required IReadOnlyList<string> Faults { get; init; }

    public required IReadOnlyList<string> Notifiers { get; init; }

    /// <summary>How the channels to receivers are doing.</summary>
    public required Func<IEnumerable<ChannelView>> Channels { get; init; }

    /// <summary>Children that cannot be killed.</summary>
    public required Func<int> Stuck { get; init; }

    public required Func<HostPicture> Picture { get; init; }

    public required Func<IEnumerable<EngineNow>> Engines { get; init; }

    /// <summary>The ledger of lost service.</summary>
    public required Func<IReadOnlyList<ServedEngine>> Served { get; init; }

    public required TimeProvider Clock { get; init; }
}
