using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Engines.Chips;
using Agent.Storage;

namespace Agent.Reports.Health;

/// <summary>Reads all that a report is made of.</summary>
internal sealed record HealthReader
{
    /// <summary>Of those that are over. A report is one document, read and kept as a whole.</summary>
    private const int MostIncidents = 1000;

    public required string Host { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    /// <summary>By the host's clock, as people read times.</summary>
    public required IncidentStore Incidents { get; init; }

    /// <summary>Null: an older agent left no ledger.</summary>
    public required ServiceStore? Service { get; init; }

    public required MeasureStore Measures { get; init; }

    public required IReadOnlyDictionary<Subject, double> Objectives { get; init; }

    public required Func<IReadOnlyList<LocalText>> Speed { get; init; }

    public required Func<IReadOnlyList<KnownChip>> Chips { get; init; }

    /// <summary>Driver and firmware.</summary>
    public required Func<(string? Driver, string? Firmware)> Versions { get; init; }

    public HealthDocument Read(DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        var before = from - (to - from);
        var hasMeasures = Measures.IsThere();
        var measured = hasMeasures ? Measures.Since() : null;
        var (driver, firmware) = Versions();
        var incidents = Incidents.Within(before, to, MostIncidents);
        return HealthDocument.Of(new HealthInput
        {
            Host = Host,
            MadeAt = now,
            From = from,
            To = to,
            Zone = Zone,
            Incidents = incidents.Found,
            IncidentsLeftOut = incidents.LeftOut,
            Spans = Service?.Subjects(before).ToDictionary(s => s, s => Service.Since(s, before)),
            Objectives = Objectives,
            Lines = hasMeasures ? Measures.Lines(from, to) : [],
            LinesBefore = hasMeasures ? Measures.Lines(before, from) : [],
            RecordsSince = Service?.RecordsSince() is { } served && !(measured < served) ? served : measured,
            Gaps = hasMeasures ? Measures.Gaps(from, to) : [],
            Speed = Speed(),
            Chips = Chips(),
            DriverVersion = driver,
            FirmwareVersion = firmware,
        });
    }
}
