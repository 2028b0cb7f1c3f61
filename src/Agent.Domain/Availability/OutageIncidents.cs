using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Domain.Availability;

/// <summary>Finds the incident that an engine's outage belongs to.</summary>
public static class OutageIncidents
{
    /// <summary>Its own comes before that of its chip or the driver, a confirmed one before a suspicion. A note takes no service.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="incidents">The open incidents.</param>
    /// <param name="layout">What concerns the engine.</param>
    /// <param name="faults">The catalogue.</param>
    public static OutageIncident? Of(Subject engine, IEnumerable<Incident> incidents, HostLayout layout, FaultCatalog faults) => incidents
        .Where(i => i.IsOpen && (i.Subject == engine || i.Touched.Contains(engine)
            || (layout.Concerns(i.Subject, engine) && faults.Find(i.Fault) is { StartsAt: not Rung.Note })))
        .OrderByDescending(i => i.Subject == engine)
        .ThenByDescending(i => i.Touched.Contains(engine))
        .ThenByDescending(i => i.ConfirmedAt is not null)
        .ThenBy(i => i.SuspectedAt)
        .Select(i => new OutageIncident(i.Id, i.Fault, i.ConfirmedAt))
        .FirstOrDefault();
}
