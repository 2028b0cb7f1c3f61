using Agent.Domain.Faults;

namespace Agent.Reports;

/// <summary>A health report as scripts read it.</summary>
internal sealed record HealthDocument(
    int SchemaVersion,
    string Host,
    DateTimeOffset From,
    DateTimeOffset To,
    int Confirmed,
    int RecoveredByAgent,
    int MendedByPerson,
    int WentAway,
    int NotOver,
    double? MedianSecondsToRecover,
    IReadOnlyList<AvailabilityDocument> Availability,
    IReadOnlyList<IncidentDocument> Incidents)
{
    public static HealthDocument Of(HealthFigures figures, string host, DateTimeOffset from, DateTimeOffset to,
        IReadOnlyList<AvailabilityDocument>? availability = null) => new(
        1,
        host,
        from,
        to,
        figures.Confirmed.Count,
        figures.RecoveredByAgent.Count,
        figures.MendedByPerson.Count,
        figures.WentAway.Count,
        figures.NotOver.Count,
        figures.MedianTimeToRecover()?.TotalSeconds,
        availability ?? [],
        [.. figures.Confirmed.Select(h => IncidentDocument.Of(h.Incident, FaultCatalog.Default[h.Incident.Fault], h.Events))]);
}
