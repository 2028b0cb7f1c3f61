using Agent.Domain.Incidents;

namespace Agent.Reports.Health;

/// <summary>The window before, as long as the present one: for comparison.</summary>
/// <param name="HandedOver">Incidents that went to a person.</param>
internal sealed record BeforeDocument(DateTimeOffset From, DateTimeOffset To, int Confirmed, int RecoveredByAgent, int HandedOver, double LostSeconds,
    double UnknownSeconds, double? MedianSecondsToRecover, IReadOnlyList<AvailabilityDocument> Availability)
{
    public static BeforeDocument? Of(HealthInput input)
    {
        var incidents = HealthPeriod.Incidents(input, input.FromBefore, input.From);
        var hasSpans = input.Spans?.Values.Any(spans => spans.Any(s => s.From < input.From && s.To > input.FromBefore)) ?? false;
        if (!hasSpans && incidents.Count == 0)
            return null;
        var figures = HealthFigures.Of(incidents);
        var availability = HealthPeriod.Availability(input, input.FromBefore, input.From);
        var engines = availability.Where(a => a.Subject.StartsWith("engine:", StringComparison.Ordinal)).ToList();
        return new BeforeDocument(input.FromBefore.ToUniversalTime(), input.From.ToUniversalTime(), figures.Confirmed.Count, figures.RecoveredByAgent.Count,
            HandedOverIn(figures), engines.Sum(e => e.LostSeconds), engines.Select(e => e.UnknownSeconds).DefaultIfEmpty().Max(),
            figures.MedianTimeToRecover()?.TotalSeconds, availability);
    }

    public static int HandedOverIn(HealthFigures figures) => figures.Confirmed.Count(h => h.Events.Any(e => e is HandedOver));
}
