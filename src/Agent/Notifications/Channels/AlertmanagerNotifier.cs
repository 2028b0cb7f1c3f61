using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Yaml;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Notifications.Http;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Channels;

/// <summary>
/// Prometheus Alertmanager, POST /api/v2/alerts. The label set is an alert's identity, so it holds nothing that changes
/// after confirmation except the fault itself: when a cause is found later, the alert of the old name is ended. Firing alerts have to be
/// sent again and again, or the Alertmanager takes them for resolved: see <see cref="AlertRefresh"/>.
/// </summary>
internal sealed class AlertmanagerNotifier(NotifierSettings settings, NotifierParts parts) : HttpNotifier(settings, parts)
{
    private static readonly Setting<Uri> Url = Setting.Address("url", "http://alertmanager:9093/",
        "The agent appends /api/v2/alerts. Name every instance of a cluster: they do not pass alerts on to each other.");

    private static readonly Setting<TimeSpan> Resend = Setting.Duration(
        "resend_interval", "60s", "1s", "10m",
        "How often an open incident is sent again. After four intervals without it the Alertmanager takes it for resolved.");

    private static readonly Setting<IReadOnlyDictionary<string, string>> OwnLabels = new("labels", "{ cluster: bj-1 }",
        "Labels of your own on each alert.", ReadLabels);

    private static readonly string[] Taken = ["alertname", "fault", "subject", "severity", "instance", "source", "engine", "chip"];

    public static readonly DeclaredNotifier Declared = new("alertmanagers", "alertmanager", "Alertmanagers of Prometheus.", Url, Resend, OwnLabels)
    {
        Shared = [Receiver.Keys, HttpReceiver.Keys],
    };

    private const string HeartbeatName = "NpuAgentHeartbeat";
    private const string TestName = "NpuAgentTest";

    // A path in the configured address stays: Uri would replace its last part.
    private readonly Uri _address = new($"{settings.Of(Url).GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v2/alerts");

    public override ChannelTraits Traits => ChannelTraits.OfMachine;

    public TimeSpan ResendInterval { get; } = settings.Of(Resend);

    protected override (HttpPost? Post, Delivery? Problem) Compose(Notice notice) =>
        // A report is no alert.
        notice is ReportNotice ? (null, null) : (new HttpPost(_address, Body(notice)), null);

    internal string Body(Notice notice) => JsonSerializer.Serialize(AlertsOf(notice), AlertJson.Default.AlertArray);

    private Alert[] AlertsOf(Notice notice)
    {
        var now = Parts.Clock.HostNow();
        return notice switch
        {
            IncidentNotice told => Incident(told, now),
            // Always firing: a route that pages when it is gone notices an agent that is gone.
            HeartbeatNotice heartbeat => [Plain(HeartbeatName, heartbeat, now + (4 * new Receiver(Settings).HeartbeatInterval))],
            TestNotice test => [Plain(TestName, test, now + ResendInterval)],
            _ => throw new InvalidOperationException($"an Alertmanager takes no {notice.GetType().Name}"),
        };
    }

    private Alert[] Incident(IncidentNotice notice, DateTimeOffset now)
    {
        var incident = notice.Incident;
        var starts = incident.ConfirmedAt ?? incident.SuspectedAt;
        var ends = incident.EndedAt ?? now + (4 * ResendInterval);
        return [.. FormerNames(notice, starts), One(notice, notice.Fault, incident.Subject, starts, ends)];
    }

    /// <summary>
    /// The names that were alerted before a cause was found, ended at that time. Not at the present time: an Alertmanager
    /// whose clock is behind would take each of them for firing again.
    /// </summary>
    private IEnumerable<Alert> FormerNames(IncidentNotice notice, DateTimeOffset starts) =>
        notice.Incident.FormerNames
            .Zip(notice.Events.OfType<CauseFound>(), (name, found) => (name.Fault, name.Subject, found.At))
            .Where(n => n.At >= starts && (n.Fault, n.Subject) != (notice.Incident.Fault, notice.Incident.Subject))
            .Select(n => (n.Subject, n.At, Fault: Parts.Faults.Find(n.Fault)))
            .Where(n => n.Fault is not null)
            .Select(n => One(notice, n.Fault!, n.Subject, starts, n.At));

    private Alert One(IncidentNotice notice, Fault fault, Subject subject, DateTimeOffset starts, DateTimeOffset ends)
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
            ["summary"] = IncidentText.Title(notice with { Fault = fault, Incident = incident with { Subject = subject } }, Voice),
            ["description"] = Voice.Join(Voice.Of(notice.Fill(fault.Meaning)), Voice.Of("Seen: ", "现象：") + incident.Summary),
            ["agent"] = Voice.Of(notice.Fill(fault.AgentDoes)),
            ["action"] = Voice.Of(notice.Fill(fault.PersonShould)),
            ["incident"] = incident.Id,
            ["state"] = Words.Of(incident.State),
            ["steps"] = string.Join(", ", incident.Attempts.Select(a => Words.Of(a))),
            ["evidence"] = string.Join(", ", incident.Bundles),
            ["runbook_url"] = Pages.Fault(fault.Code) ?? "",
        };
        foreach (var empty in annotations.Where(a => a.Value.Length == 0).Select(a => a.Key).ToList())
            annotations.Remove(empty);
        // A clock that was set back can put the end before the start, which the Alertmanager refuses.
        return new Alert(labels, annotations, starts, ends < starts ? starts : ends, Pages.Incident(incident.Id));
    }

    private Alert Plain(string name, Notice notice, DateTimeOffset ends) => new(
        Labels(name, "none"),
        new(StringComparer.Ordinal) { ["summary"] = NoticeText.Of(notice, Voice).Title },
        notice.At,
        ends < notice.At ? notice.At : ends,
        null);

    private SortedDictionary<string, string> Labels(string name, string severity) => new(Settings.Of(OwnLabels).ToDictionary(), StringComparer.Ordinal)
    {
        ["alertname"] = name,
        ["severity"] = severity,
        ["instance"] = Parts.Host,
        ["source"] = "npu-agent",
    };

    private static IReadOnlyDictionary<string, string> ReadLabels(YamlSection section, string key)
    {
        var labels = section.Map(key);
        foreach (var name in labels.Keys)
        {
            if (Taken.Contains(name))
                section.Complain(key, $"the label '{name}' is the agent's own; choose another name");
            else if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                section.Complain(key, $"'{name}' is no name of a label; letters, digits and _ are, and no digit comes first");
        }

        return labels;
    }
}

internal sealed record Alert(
    SortedDictionary<string, string> Labels,
    SortedDictionary<string, string> Annotations,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    [property: JsonPropertyName("generatorURL")] string? GeneratorUrl);

[JsonSerializable(typeof(Alert[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(GateConverter)])]
internal sealed partial class AlertJson : JsonSerializerContext;
