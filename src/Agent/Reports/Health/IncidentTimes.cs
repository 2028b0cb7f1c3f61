using Agent.Domain.Incidents;
using Agent.Storage;

namespace Agent.Reports.Health;

/// <summary>How long an incident took, each counted from its begin. Null: it did not come to that.</summary>
/// <param name="Began">When it was seen first.</param>
/// <param name="SecondsToConfirm">Until it was believed.</param>
/// <param name="SecondsToAct">Until the agent's first step.</param>
/// <param name="SecondsToVerify">Until it was proven to be over.</param>
/// <param name="LostSeconds">The time in which engines could not serve for it, engines added up.</param>
internal sealed record IncidentTimes(string Id, DateTimeOffset Began, double? SecondsToConfirm, double? SecondsToAct, double? SecondsToVerify,
    double LostSeconds, double RequestsAborted, double? TokensNotServed)
{
    public static IncidentTimes Of(IncidentHistory history, IReadOnlyList<LostServiceDocument> lost)
    {
        var incident = history.Incident;
        var engines = lost.Where(l => l.Subject.StartsWith("engine:", StringComparison.Ordinal)).ToList();
        return new IncidentTimes(
            incident.Id,
            incident.SuspectedAt,
            After(incident.ConfirmedAt),
            After(history.Events.OfType<StepStarted>().FirstOrDefault()?.At),
            After(incident.EndedAt),
            engines.Sum(l => l.Seconds),
            engines.Sum(l => l.RequestsAborted),
            engines.Exists(l => l.TokensNotServed is not null) ? engines.Sum(l => l.TokensNotServed ?? 0) : null);

        double? After(DateTimeOffset? at) => at is { } time ? AvailabilityDocument.Seconds(time - incident.SuspectedAt) : null;
    }
}
