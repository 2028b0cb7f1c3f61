using Agent.Domain.Incidents;
using Agent.Storage;

namespace Agent.Reports.Health;

/// <summary>The counts of a health report. Each confirmed incident is in exactly one of the four: three ways to end, or still open.</summary>
internal sealed record HealthFigures(
    IReadOnlyList<IncidentHistory> Confirmed,
    IReadOnlyList<IncidentHistory> RecoveredByAgent,
    IReadOnlyList<IncidentHistory> MendedByPerson,
    IReadOnlyList<IncidentHistory> WentAway,
    IReadOnlyList<IncidentHistory> NotOver)
{
    public static HealthFigures Of(IReadOnlyList<IncidentHistory> incidents)
    {
        var confirmed = incidents.Where(h => h.Incident.ConfirmedAt is not null).ToList();
        return new(confirmed, By(Mender.Agent), By(Mender.Person), By(Mender.Itself), [.. confirmed.Where(h => h.Incident.IsOpen)]);

        IReadOnlyList<IncidentHistory> By(Mender mender) => [.. confirmed.Where(h => h.Incident.MendedBy == mender)];
    }

    /// <summary>The time from suspicion to proof, for incidents that the agent recovered. Null when there are none.</summary>
    public TimeSpan? MedianTimeToRecover()
    {
        List<TimeSpan> times = [.. RecoveredByAgent.Select(h => h.Incident.EndedAt!.Value - h.Incident.SuspectedAt)];
        times.Sort();
        if (times.Count == 0)
            return null;
        // For an even count, the mean of the two middle values.
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}
