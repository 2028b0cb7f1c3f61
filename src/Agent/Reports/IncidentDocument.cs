using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Storage;

namespace Agent.Reports;

/// <summary>An incident as scripts and webhooks read it. Fields are added, never renamed: schema_version tells.</summary>
internal sealed record IncidentDocument(
    int SchemaVersion,
    string Id,
    string Fault,
    string Title,
    string TitleZh,
    string Severity,
    string Subject,
    string? Identity,
    string State,
    bool Open,
    DateTimeOffset SuspectedAt,
    DateTimeOffset? ConfirmedAt,
    DateTimeOffset? EndedAt,
    string Summary,
    string Reason,
    string? HeldBack,
    string? MendedBy,
    string? Rung,
    IReadOnlyList<string> Attempts,
    IReadOnlyList<string> Related,
    IReadOnlyList<string> Evidence,
    IReadOnlyList<string> Bundles,
    string PersonShould,
    IReadOnlyList<TimelineEntry> Timeline)
{
    public static IncidentDocument Of(Incident incident, Fault fault, IReadOnlyList<IncidentEvent> events) => new(
        1,
        incident.Id,
        incident.Fault,
        fault.Title.English,
        fault.Title.Chinese,
        Words.Of(fault.Severity),
        incident.Subject.ToString(),
        incident.Identity,
        Words.Of(incident.State),
        incident.IsOpen,
        incident.SuspectedAt,
        incident.ConfirmedAt,
        incident.EndedAt,
        incident.Summary,
        incident.Reason,
        incident.HeldBackReason,
        incident.MendedBy is { } mender ? Words.Of(mender) : null,
        incident.Rung is { } rung ? Words.Of(rung) : null,
        [.. incident.Attempts.Select(a => Words.Of(a))],
        [.. incident.Related.Select(r => $"{r.Fault} {r.Subject}").Distinct()],
        incident.Evidence,
        incident.Bundles,
        incident.Fill(fault.PersonShould).English,
        [.. events.Select(e => new TimelineEntry(e.At, EventJson.KindOf(e), TimelineText.Of(e, Language.English)))]);
}

internal sealed record TimelineEntry(DateTimeOffset At, string Kind, string Text);

internal sealed record WebhookBody(string Type, DateTimeOffset Timestamp, string Host, IncidentDocument Incident);
