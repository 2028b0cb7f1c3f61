namespace Agent.Domain.Availability;

/// <summary>An outage from its begin to the next service, whatever was not known in between.</summary>
/// <param name="Lost">The time that is known to be lost.</param>
/// <param name="DetectedAfter">Null: no incident was confirmed for it.</param>
/// <param name="IsOver">The subject served again, or an operator took it out.</param>
public sealed record Interruption(DateTimeOffset From, DateTimeOffset To, TimeSpan Lost, TimeSpan? DetectedAfter, bool IsOver, string? Incident, string? Fault);

/// <summary>The availability of one subject over a window.</summary>
public sealed record AvailabilityFigures
{
    public required TimeSpan Up { get; init; }

    public required TimeSpan Down { get; init; }

    public required TimeSpan Planned { get; init; }

    /// <summary>All of the window that no span accounts for, and what the ledger says nobody knows.</summary>
    public required TimeSpan Unknown { get; init; }

    public required IReadOnlyList<Interruption> Interruptions { get; init; }

    /// <summary>Requests that ran and waited when outages began, as far as counters told.</summary>
    public required double RequestsAtBegin { get; init; }

    public required double AbortedByAgent { get; init; }

    /// <summary>Null where nothing was learned for any outage.</summary>
    public required double? TokensNotServed { get; init; }

    /// <summary>From the begin of an outage to its confirmed incident.</summary>
    public required Spread? TimeToDetect { get; init; }

    /// <summary>From the begin of an outage to the next service.</summary>
    public required Spread? TimeToRecover { get; init; }

    /// <summary>Time in service from one outage to the next.</summary>
    public required Spread? TimeBetween { get; init; }

    /// <summary>Null without an objective.</summary>
    public required ErrorBudget? Budget { get; init; }

    /// <summary>Up of what is known and was wanted; null where that is nothing.</summary>
    public double? Availability => Up + Down > TimeSpan.Zero ? Up / (Up + Down) : null;

    /// <param name="spans">Spans of one subject.</param>
    /// <param name="from">The window begins.</param>
    /// <param name="to">It ends.</param>
    /// <param name="objective">The wanted availability from 0 to 1; null: none.</param>
    public static AvailabilityFigures Of(IEnumerable<ServiceSpan> spans, DateTimeOffset from, DateTimeOffset to, double? objective)
    {
        var seen = Within(spans, from, to);
        var (up, down, planned) = (Sum(ServiceState.Up), Sum(ServiceState.Down), Sum(ServiceState.Planned));
        var outages = seen.Where(s => s.State == ServiceState.Down).ToList();
        var (interruptions, between) = Interrupted(seen, from);
        return new AvailabilityFigures
        {
            Up = up,
            Down = down,
            Planned = planned,
            Unknown = (to > from ? to - from : TimeSpan.Zero) - up - down - planned,
            Interruptions = interruptions,
            RequestsAtBegin = outages.Sum(s => s.Lost?.AtBegin is { } load ? load.Running + load.Waiting : 0),
            AbortedByAgent = outages.Sum(s => s.Lost?.AbortedByAgent ?? 0),
            TokensNotServed = outages.Exists(s => s.TokensNotServed is not null) ? outages.Sum(s => s.TokensNotServed ?? 0) : null,
            TimeToDetect = Spread.Of(interruptions.Select(i => i.DetectedAfter).OfType<TimeSpan>()),
            TimeToRecover = Spread.Of(interruptions.Where(i => i.IsOver && i.From > from).Select(i => i.To - i.From)),
            TimeBetween = Spread.Of(between),
            Budget = objective is { } wanted ? ErrorBudget.Of(wanted, up, down) : null,
        };

        TimeSpan Sum(ServiceState state) => seen.Where(s => s.State == state).Aggregate(TimeSpan.Zero, (sum, span) => sum + span.Length);
    }

    /// <summary>
    /// The parts within the window, in order and without overlap. Where a clock was set back by a reboot, spans of the later boot lie over earlier
    /// ones: the later was written by somebody who knew more, and no second counts twice.
    /// </summary>
    private static List<ServiceSpan> Within(IEnumerable<ServiceSpan> spans, DateTimeOffset from, DateTimeOffset to)
    {
        List<ServiceSpan> kept = [];
        var end = to;
        foreach (var span in spans.OrderByDescending(s => s.Number))
        {
            var cut = span with { From = span.From < from ? from : span.From, To = span.To > end ? end : span.To };
            if (span.From < end)
                end = span.From;
            if (cut.Length > TimeSpan.Zero)
                kept.Add(cut);
        }

        kept.Reverse();
        return kept;
    }

    /// <summary>How long an outage took that began before the window is not told by the window.</summary>
    private static (List<Interruption> Interruptions, List<TimeSpan> Between) Interrupted(List<ServiceSpan> spans, DateTimeOffset from)
    {
        List<Interruption> found = [];
        List<TimeSpan> between = [];
        Interruption? running = null;
        TimeSpan? served = null;
        foreach (var span in spans)
        {
            if (span.State == ServiceState.Down)
            {
                if (running is null && served is { } since)
                    between.Add(since);
                var known = running ?? new Interruption(span.From, span.To, TimeSpan.Zero, null, IsOver: false, null, null);
                running = known with
                {
                    To = span.To,
                    Lost = known.Lost + span.Length,
                    DetectedAfter = known.DetectedAfter
                        ?? (known.From > from && span.DetectedAt is { } at && at >= known.From ? at - known.From : null),
                    Incident = span.Incident ?? known.Incident,
                    Fault = span.Fault ?? known.Fault,
                };
                continue;
            }

            if (span.State == ServiceState.Unknown)
                continue;
            if (running is not null)
            {
                found.Add(running with { IsOver = true });
                (running, served) = (null, TimeSpan.Zero);
            }

            if (span.State == ServiceState.Up)
                served += span.Length;
        }

        if (running is not null)
            found.Add(running);
        return (found, between);
    }
}
