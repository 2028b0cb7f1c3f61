using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Availability;

/// <summary>A chip is down while a critical incident of its own is open, up while it answers and has none, and unknown while nobody saw it.</summary>
public static class ChipService
{
    /// <param name="chip">The chip.</param>
    /// <param name="look">The newest look at its health; null: there was none.</param>
    /// <param name="incidents">The open incidents.</param>
    /// <param name="faults">The catalogue.</param>
    /// <param name="now">The present time.</param>
    public static ServiceSight Of(Subject chip, Observation? look, IEnumerable<Incident> incidents, FaultCatalog faults, DateTimeOffset now)
    {
        var incident = incidents.FirstOrDefault(i =>
            i is { IsOpen: true, ConfirmedAt: not null } && i.Subject == chip && faults.Find(i.Fault)?.Severity == Severity.Critical);
        if (incident is not null)
            return new ServiceSight(chip, now, ServiceState.Down, ServiceReason.ChipFault)
            {
                Begun = incident.SuspectedAt,
                Incident = new OutageIncident(incident.Id, incident.Fault, incident.ConfirmedAt),
            };
        return look is not null && look.Verdict != Verdict.CouldNotLook && HostPicture.IsFresh(look, now)
            ? new ServiceSight(chip, now, ServiceState.Up, ServiceReason.Serves)
            : new ServiceSight(chip, now, ServiceState.Unknown, ServiceReason.NotLookedAt);
    }
}
