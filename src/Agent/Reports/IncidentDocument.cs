using System.Text.Json.Serialization;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Reports.Health;
using Agent.Storage;

namespace Agent.Reports;

/// <summary>An incident as scripts and webhooks read it. Fields are added, never renamed: schema_version tells.</summary>
internal sealed record IncidentDocument
{
    public required int SchemaVersion { get; init; }

    public required string Id { get; init; }

    public required string Fault { get; init; }

    public required string Title { get; init; }

    public required string TitleZh { get; init; }

    public required string Severity { get; init; }

    public required string Subject { get; init; }

    public required string? Identity { get; init; }

    public required string State { get; init; }

    public required bool Open { get; init; }

    public required DateTimeOffset SuspectedAt { get; init; }

    public required DateTimeOffset? ConfirmedAt { get; init; }

    public required DateTimeOffset? EndedAt { get; init; }

    public required string Summary { get; init; }

    public required string Reason { get; init; }

    public required string? HeldBack { get; init; }

    public required string? MendedBy { get; init; }

    public required string? Rung { get; init; }

    public required IReadOnlyList<string> Attempts { get; init; }

    public required IReadOnlyList<string> Related { get; init; }

    public required IReadOnlyList<string> Evidence { get; init; }

    public required IReadOnlyList<string> Bundles { get; init; }

    public required string PersonShould { get; init; }

    /// <summary>As far as it is recorded; null where the ledger cannot be read, or an older agent left none.</summary>
    public IReadOnlyList<LostServiceDocument>? LostService { get; init; }

    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    public static IncidentDocument Of(Incident incident, Fault fault, IReadOnlyList<IncidentEvent> events,
        IReadOnlyList<LostServiceDocument>? lost = null) => new()
        {
            SchemaVersion = 1,
            Id = incident.Id,
            Fault = incident.Fault,
            Title = fault.Title.English,
            TitleZh = fault.Title.Chinese,
            Severity = Words.Of(fault.Severity),
            Subject = incident.Subject.ToString(),
            Identity = incident.Identity,
            State = Words.Of(incident.State),
            Open = incident.IsOpen,
            SuspectedAt = incident.SuspectedAt,
            ConfirmedAt = incident.ConfirmedAt,
            EndedAt = incident.EndedAt,
            Summary = incident.Summary,
            Reason = incident.Reason,
            HeldBack = incident.HeldBackReason,
            MendedBy = incident.MendedBy is { } mender ? Words.Of(mender) : null,
            Rung = incident.Rung is { } rung ? Words.Of(rung) : null,
            Attempts = [.. incident.Attempts.Select(a => Words.Of(a))],
            Related = [.. incident.Related.Select(r => $"{r.Fault} {r.Subject}").Distinct()],
            Evidence = incident.Evidence,
            Bundles = incident.Bundles,
            PersonShould = incident.Fill(fault.PersonShould).English,
            LostService = lost,
            Timeline = [.. events.Select(e => new TimelineEntry(e.At, EventJson.KindOf(e), TimelineText.Of(e, Language.English)))],
        };
}

internal sealed record TimelineEntry(DateTimeOffset At, string Kind, string Text);

internal sealed record WebhookBody(string Type, DateTimeOffset Timestamp, string Host, IncidentDocument Incident);

/// <summary>A message that is about no incident.</summary>
internal sealed record WebhookText(string Type, DateTimeOffset Timestamp, string Host, string Text)
{
    /// <summary>The health report that it tells of; null: it tells of none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthDocument? Report { get; init; }
}
