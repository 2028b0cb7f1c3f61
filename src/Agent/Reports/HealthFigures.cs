using Agent.Domain.Incidents;
using Agent.Storage;

namespace Agent.Reports;

/// <summary>What a health report counts. Each confirmed incident is in exactly one of the four: three ways to end, or not over.</summary>
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

    /// <summary>From suspicion to proof, of what the agent recovered; null when it was nothing.</summary>
    public TimeSpan? MedianTimeToRecover()
    {
        List<TimeSpan> times = [.. RecoveredByAgent.Select(h => h.Incident.EndedAt!.Value - h.Incident.SuspectedAt)];
        times.Sort();
        if (times.Count == 0)
            return null;
        // Of an even count the middle of the two in the middle.
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}
