using System.Collections.Immutable;
using Agent.Domain.Availability;

namespace Agent.Metrics;

/// <summary>The ledger of one engine at the moment of a scrape.</summary>
/// <param name="Closed">Spans that are over, of the window.</param>
/// <param name="Open">The one that goes on.</param>
/// <param name="Objective">The wanted availability, from 0 to 1.</param>
/// <param name="Since">Counters count from here.</param>
/// <param name="Window">Over which the budget is told.</param>
internal sealed record ServedEngine(
    string Name, ImmutableArray<ServiceSpan> Closed, ServiceSpan Open, double Objective, DateTimeOffset Since, TimeSpan Window)
{
    private IEnumerable<ServiceSpan> Spans => Closed.Append(Open);

    /// <summary>From the start of the agent to what was seen last.</summary>
    public AvailabilityFigures SinceStart => AvailabilityFigures.Of(Spans.Where(s => s.To > Since), Since, Open.To, null);

    public DateTimeOffset WindowBegan => Open.To - Window;

    public AvailabilityFigures OfWindow => AvailabilityFigures.Of(Spans, WindowBegan, Open.To, Objective);

    /// <summary>No span ended or began between the two: only the open one is longer.</summary>
    public bool IsAsBefore(ServedEngine later) => Open.Number == later.Open.Number && Open.State == later.Open.State && Open.From == later.Open.From
        && Closed.Length == later.Closed.Length && (Closed.IsEmpty || Closed[^1] == later.Closed[^1]);

    /// <summary>Outages that are over, by the fault that they are known by at their end.</summary>
    public IEnumerable<(string Fault, TimeSpan Lost)> LostByFault => Closed
        .Where(s => s.State == ServiceState.Down && s.To > Since)
        .GroupBy(s => s.Fault ?? "", StringComparer.Ordinal)
        .Select(g => (g.Key, g.Aggregate(TimeSpan.Zero, (sum, span) => sum + (span.To - (span.From > Since ? span.From : Since)))));
}
