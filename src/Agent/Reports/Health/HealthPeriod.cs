using Agent.Domain.Availability;
using Agent.Domain.Observations;
using Agent.Storage;

namespace Agent.Reports.Health;

/// <summary>What belongs to a window.</summary>
internal static class HealthPeriod
{
    /// <summary>Incidents that were there in the window, the oldest first.</summary>
    public static IReadOnlyList<IncidentHistory> Incidents(HealthInput input, DateTimeOffset from, DateTimeOffset to) =>
    [
        .. input.Incidents.Where(h => h.Incident.SuspectedAt < to && (h.Incident.EndedAt is not { } ended || ended >= from))
            .OrderBy(h => h.Incident.SuspectedAt).ThenBy(h => h.Incident.Id, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<AvailabilityDocument> Availability(HealthInput input, DateTimeOffset from, DateTimeOffset to) =>
    [
        .. (input.Spans ?? new Dictionary<Subject, IReadOnlyList<ServiceSpan>>())
            .OrderByDescending(s => s.Key.Kind).ThenBy(s => Sorted(s.Key), StringComparer.Ordinal)
            .Select(s => AvailabilityDocument.Of(s.Key.ToString(),
                AvailabilityFigures.Of(s.Value, from, to, input.Objectives.TryGetValue(s.Key, out var wanted) ? wanted : null))),
    ];

    /// <summary>What engines and chips lost in each incident within the window.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<LostServiceDocument>> LostOf(HealthInput input) =>
        (from spans in input.Spans?.Values ?? []
         from span in spans
         where span.Incident is not null && span.To > input.From && span.From < input.To
         group Cut(span, input) by span.Incident!)
        .ToDictionary(g => g.Key, g => LostServiceDocument.Of(g), StringComparer.Ordinal);

    /// <summary>The longest time without an agent that the ledger of any subject tells.</summary>
    public static TimeSpan AgentAway(HealthInput input) => (input.Spans?.Values ?? [])
        .Select(spans => spans.Where(s => s.Why == ServiceReason.AgentAway && s.To > input.From && s.From < input.To).Select(s => Cut(s, input).Length)
            .Aggregate(TimeSpan.Zero, (sum, length) => sum + length))
        .DefaultIfEmpty(TimeSpan.Zero).Max();

    /// <summary>Chip 10/0 stands behind chip 9/0.</summary>
    public static string Sorted(Subject subject) => string.Join('/', subject.Id.Split('/').Select(p => p.PadLeft(4, '0')));

    private static ServiceSpan Cut(ServiceSpan span, HealthInput input) =>
        span with { From = span.From < input.From ? input.From : span.From, To = span.To > input.To ? input.To : span.To };
}
