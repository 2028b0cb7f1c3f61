using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Storage;

namespace Agent.Reports.Health;

/// <summary>
/// A health report as scripts read it, and as reports for people are made of it: a kept report can be read in either language later. Fields are added,
/// never renamed: schema_version tells. Times are UTC.
/// </summary>
internal sealed record HealthDocument
{
    public required int SchemaVersion { get; init; }

    /// <summary><c>daily</c>, <c>weekly</c> or <c>monthly</c>; null: somebody asked for this window.</summary>
    public string? Kind { get; init; }

    public required string Host { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Of the host's time zone when the window ended: people read times by it.</summary>
    public required double UtcOffsetMinutes { get; init; }

    public required HealthVerdict Verdict { get; init; }

    public required int Confirmed { get; init; }

    public required int RecoveredByAgent { get; init; }

    public required int MendedByPerson { get; init; }

    public required int WentAway { get; init; }

    public required int NotOver { get; init; }

    /// <summary>Incidents of this window and the one before that ended first and were too many to read: no count has them.</summary>
    public int IncidentsLeftOut { get; init; }

    public required double? MedianSecondsToRecover { get; init; }

    /// <summary>Work for a person, the oldest first.</summary>
    public required IReadOnlyList<PersonDocument> NeedsPerson { get; init; }

    public required IReadOnlyList<AvailabilityDocument> Availability { get; init; }

    public required IReadOnlyList<IncidentDocument> Incidents { get; init; }

    public required IReadOnlyList<IncidentTimes> IncidentTimes { get; init; }

    public required IReadOnlyList<RungFigures> Ladder { get; init; }

    public required IReadOnlyList<StartFigures> Starts { get; init; }

    public required IReadOnlyList<ChartDocument> Charts { get; init; }

    public required IReadOnlyList<GapDocument> Gaps { get; init; }

    /// <summary>Since when the host has records of what was looked at, before the window or within it; null: it has none.</summary>
    public DateTimeOffset? RecordsSince { get; init; }

    /// <summary>How long no agent ran, as far as the ledger knows.</summary>
    public required double AgentAwaySeconds { get; init; }

    /// <summary>Null: there are no records of the window before.</summary>
    public required BeforeDocument? Before { get; init; }

    public required IReadOnlyList<ClaimDocument> Claims { get; init; }

    public required IReadOnlyList<LocalText> Speed { get; init; }

    public static HealthDocument Of(HealthInput input)
    {
        var figures = HealthFigures.Of(HealthPeriod.Incidents(input, input.From, input.To));
        var lost = HealthPeriod.LostOf(input);
        var availability = HealthPeriod.Availability(input, input.From, input.To);
        var persons = PersonDocument.Of(figures);
        var away = HealthPeriod.AgentAway(input);
        return new HealthDocument
        {
            SchemaVersion = 1,
            Host = input.Host,
            MadeAt = input.MadeAt.ToUniversalTime(),
            From = input.From.ToUniversalTime(),
            To = input.To.ToUniversalTime(),
            UtcOffsetMinutes = input.Zone.GetUtcOffset(input.To).TotalMinutes,
            Verdict = HealthVerdict.Of(figures, persons.Count, availability, input.Spans is not null),
            Confirmed = figures.Confirmed.Count,
            RecoveredByAgent = figures.RecoveredByAgent.Count,
            MendedByPerson = figures.MendedByPerson.Count,
            WentAway = figures.WentAway.Count,
            NotOver = figures.NotOver.Count,
            IncidentsLeftOut = input.IncidentsLeftOut,
            MedianSecondsToRecover = figures.MedianTimeToRecover()?.TotalSeconds,
            NeedsPerson = persons,
            Availability = availability,
            Incidents = [.. figures.Confirmed.Select(h => IncidentDocument.Of(h.Incident, FaultCatalog.Default[h.Incident.Fault], h.Events,
                lost.GetValueOrDefault(h.Incident.Id, [])))],
            IncidentTimes = [.. figures.Confirmed.Select(h => Health.IncidentTimes.Of(h, lost.GetValueOrDefault(h.Incident.Id, [])))],
            Ladder = RungFigures.Of(figures.Confirmed),
            Starts = StartFigures.Of(input),
            Charts = ChartDocument.Of(input.Lines, input.LinesBefore),
            Gaps = GapDocument.Of(input.Gaps),
            RecordsSince = input.RecordsSince?.ToUniversalTime(),
            AgentAwaySeconds = AvailabilityDocument.Seconds(away),
            Before = BeforeDocument.Of(input),
            Claims = ClaimDocument.Of(figures.Confirmed, input),
            Speed = input.Speed,
        };
    }
}

/// <summary>What could not be looked at.</summary>
/// <param name="Missed">Looks that saw nothing.</param>
/// <param name="Seconds">The time that they would have told of.</param>
internal sealed record GapDocument(string Probe, string Subject, int Missed, double Seconds)
{
    private const int Most = 20;

    /// <summary>One look that came to nothing between two that did is no gap.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<GapDocument> Of(IEnumerable<LookGap> gaps) =>
        [.. gaps.Where(g => g.Unseen >= Shortest).Take(Most).Select(g => new GapDocument(g.Probe, g.Subject.ToString(), g.Missed, g.Unseen.TotalSeconds))];
}
