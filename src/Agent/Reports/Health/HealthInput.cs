using Agent.Domain;
using Agent.Domain.Availability;
using Agent.Domain.Observations;
using Agent.Engines.Chips;
using Agent.Storage;

namespace Agent.Reports.Health;

/// <summary>All that a health report is made of: values alone.</summary>
internal sealed record HealthInput
{
    public required string Host { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>In which people read times.</summary>
    public required TimeZoneInfo Zone { get; init; }

    /// <summary>Incidents of the window and of the one before it.</summary>
    public IReadOnlyList<IncidentHistory> Incidents { get; init; } = [];

    /// <summary>Older ones that were too many to read.</summary>
    public int IncidentsLeftOut { get; init; }

    /// <summary>The ledger of both windows, by subject; null where an older agent left none.</summary>
    public IReadOnlyDictionary<Subject, IReadOnlyList<ServiceSpan>>? Spans { get; init; }

    /// <summary>The availability that is wanted of engines, from 0 to 1.</summary>
    public IReadOnlyDictionary<Subject, double> Objectives { get; init; } = new Dictionary<Subject, double>();

    public IReadOnlyList<MeasureLine> Lines { get; init; } = [];

    /// <summary>The same of the window before.</summary>
    public IReadOnlyList<MeasureLine> LinesBefore { get; init; } = [];

    /// <summary>The oldest record of whether anything served, or of what was measured; null: there are none.</summary>
    public DateTimeOffset? RecordsSince { get; init; }

    public IReadOnlyList<LookGap> Gaps { get; init; } = [];

    /// <summary>The usual speed of engines, line by line.</summary>
    public IReadOnlyList<LocalText> Speed { get; init; } = [];

    /// <summary>Chips as they are known now.</summary>
    public IReadOnlyList<KnownChip> Chips { get; init; } = [];

    public string? DriverVersion { get; init; }

    public string? FirmwareVersion { get; init; }

    public DateTimeOffset FromBefore => From - (To - From);
}
