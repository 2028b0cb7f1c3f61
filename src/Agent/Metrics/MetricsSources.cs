using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Notifications.Queue;

namespace Agent.Metrics;

/// <summary>Where the metrics come from. A scrape asks no program: it reads what the loop knows.</summary>
internal sealed record MetricsSources
{
    public required string Version { get; init; }

    /// <summary>The probes that look. Counters of what never happened yet stand at 0.</summary>
    public required IReadOnlyList<ScrapedProbe> Probes { get; init; }

    /// <summary>Names under which verdicts are counted among the looks: nobody looks for them, so they have no duration.</summary>
    public required IReadOnlyList<string> Verdicts { get; init; }

    public required IReadOnlyList<string> Faults { get; init; }

    public required Func<string, Severity> SeverityOf { get; init; }

    public required IReadOnlyList<string> Notifiers { get; init; }

    /// <summary>How the channels to receivers are doing.</summary>
    public required Func<IEnumerable<ChannelView>> Channels { get; init; }

    /// <summary>Children that cannot be killed.</summary>
    public required Func<int> Stuck { get; init; }

    public required Func<OwnUse> Own { get; init; }

    /// <summary>Null before the first look. It is looked at beside the scrape, which must not wait for a disk.</summary>
    public required Func<KeptSizes?> Kept { get; init; }

    /// <summary>Whether the names of the published guide are shown, too.</summary>
    public required bool GuideNames { get; init; }

    /// <summary>Whether the names of npu-exporter are shown, too.</summary>
    public required bool ExporterNames { get; init; }

    /// <summary>Chips that the host has, in order, those that are lost now among them.</summary>
    public required Func<IEnumerable<NamedChip>> Chips { get; init; }

    public required Func<HostPicture> Picture { get; init; }

    public required Func<IEnumerable<EngineNow>> Engines { get; init; }

    /// <summary>The ledger of lost service.</summary>
    public required Func<IEnumerable<ServedEngine>> Served { get; init; }

    public required TimeProvider Clock { get; init; }
}
