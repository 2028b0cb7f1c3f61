using System.Text.Json.Serialization;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Channels;

/// <summary>
/// Notices as alerts of Prometheus. The label set is an alert's identity, so it holds nothing that changes after confirmation except the fault
/// itself: when a cause is found later, the alert of the old name is ended.
/// </summary>
/// <param name="ownLabels">Those of the operator.</param>
internal sealed class Alerts(NotifierParts parts, IReadOnlyDictionary<string, string> ownLabels, Voice voice, Pages pages)
{
    /// <summary>Labels that are the agent's own.</summary>
    public static readonly IReadOnlyList<string> Names = ["alertname", "fault", "subject", "severity", "instance", "source", "engine", "chip"];

    private const string HeartbeatName = "NpuAgentHeartbeat";
    private const string TestName = "NpuAgentTest";

    /// <param name="firingUntil">When a firing alert ends if nobody speaks of it again.</param>
    public IReadOnlyList<Alert> Of(IncidentNotice notice, DateTimeOffset firingUntil)
    {
        var incident = notice.Incident;
        var starts = incident.ConfirmedAt ?? incident.SuspectedAt;
        return [.. FormerNames(notice, starts), One(notice, notice.Fault, incident.Subject, starts, incident.EndedAt, firingUntil)];
    }

    public Alert Of(HeartbeatNotice notice, DateTimeOffset firingUntil) => Plain(HeartbeatName, notice, firingUntil);

    public Alert Of(TestNotice notice, DateTimeOffset firingUntil) => Plain(TestName, notice, firingUntil);

    /// <summary>
    /// The names that were alerted before a cause was found, ended at that time. Not at the present time: an Alertmanager
    /// whose clock is behind would take each of them for firing again.
    /// </summary>
    private IEnumerable<Alert> FormerNames(IncidentNotice notice, DateTimeOffset starts) =>
        notice.Incident.FormerNames
            .Zip(notice.Events.OfType<CauseFound>(), (name, found) => (name.Fault, name.Subject, found.At))
            .Where(n => n.At >= starts && (n.Fault, n.Subject) != (notice.Incident.Fault, notice.Incident.Subject))
            .Select(n => (n.Subject, n.At, Fault: parts.Faults.Find(n.Fault)))
            .Where(n => n.Fault is not null)
            .Select(n => One(notice, n.Fault!, n.Subject, starts, n.At, n.At));

    private Alert One(IncidentNotice notice, Fault fault, Subject subject, DateTimeOffset starts, DateTimeOffset? ended, DateTimeOffset firingUntil)
    {
        var incident = notice.Incident;
        var labels = Labels(AlertName.Of(fault), Words.Of(fault.Severity));
        (labels["fault"], labels["subject"]) = (fault.Code, subject.ToString());
        if (subject.Kind is SubjectKind.Engine)
            labels["engine"] = subject.Id;
        if (subject.Kind is SubjectKind.Chip)
            labels["chip"] = subject.Id;
        SortedDictionary<string, string> annotations = new(StringComparer.Ordinal)
        {
            ["summary"] = IncidentText.Title(notice with { Fault = fault, Incident = incident with { Subject = subject } }, voice),
            ["description"] = voice.Join(voice.Of(notice.Fill(fault.Meaning)), voice.Of("Seen: ", "现象：") + incident.Summary),
            ["agent"] = voice.Of(notice.Fill(fault.AgentDoes)),
            ["action"] = voice.Of(notice.Fill(fault.PersonShould)),
            ["incident"] = incident.Id,
            ["state"] = Words.Of(incident.State),
            ["steps"] = string.Join(", ", incident.Attempts.Select(a => Words.Of(a))),
            ["evidence"] = string.Join(", ", incident.Bundles),
            ["runbook_url"] = pages.Fault(fault.Code) ?? "",
        };
        foreach (var empty in annotations.Where(a => a.Value.Length == 0).Select(a => a.Key).ToList())
            annotations.Remove(empty);
        return new Alert(labels, annotations, starts, EndOf(starts, ended ?? firingUntil), pages.Incident(incident.Id)) { IsFiring = ended is null };
    }

    private Alert Plain(string name, Notice notice, DateTimeOffset firingUntil) => new(
        Labels(name, "none"),
        new(StringComparer.Ordinal) { ["summary"] = NoticeText.Of(notice, voice).Title },
        notice.At,
        EndOf(notice.At, firingUntil),
        null)
    {
        IsFiring = true,
    };

    // A clock that was set back can put the end before the start, which the Alertmanager refuses.
    private static DateTimeOffset EndOf(DateTimeOffset starts, DateTimeOffset ends) => ends < starts ? starts : ends;

    private SortedDictionary<string, string> Labels(string name, string severity) => new(ownLabels.ToDictionary(), StringComparer.Ordinal)
    {
        ["alertname"] = name,
        ["severity"] = severity,
        ["instance"] = parts.Host,
        ["source"] = "npu-agent",
    };
}

internal sealed record Alert(
    SortedDictionary<string, string> Labels,
    SortedDictionary<string, string> Annotations,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    [property: JsonPropertyName("generatorURL")] string? GeneratorUrl)
{
    [JsonIgnore]
    public bool IsFiring { get; init; }
}

[JsonSerializable(typeof(Alert[]))]
[JsonSerializable(typeof(AlertPayload))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(GateConverter)])]
internal sealed partial class AlertJson : JsonSerializerContext;
