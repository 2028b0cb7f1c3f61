using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.ForeignText;

namespace Agent.Notifications;

/// <summary>
/// Prometheus Alertmanager, POST /api/v2/alerts. The label set is an alert's identity, so it holds nothing that changes
/// after confirmation except the fault itself: when a cause is found later, the alert of the old name is ended. Firing alerts have to be
/// sent again and again, or the Alertmanager takes them for resolved: see <see cref="AlertRefresh"/>.
/// </summary>
internal sealed class AlertmanagerNotifier(NotifierSettings settings, FaultCatalog faults, string host, TimeProvider clock) : INotifier
{
    private static readonly Setting<Uri> Url = Setting.Address("url", "http://alertmanager:9093/", "The agent appends /api/v2/alerts.");

    private static readonly Setting<TimeSpan> Resend = Setting.Duration(
        "resend_interval", "60s", "1s", "10m",
        "How often an open incident is sent again. After four intervals without it the Alertmanager takes it for resolved.");

    public static readonly DeclaredNotifier Declared = new("alertmanagers", "alertmanager", "Alertmanagers of Prometheus.", Url, Resend);

    // A path in the configured address stays: Uri would replace its last part.
    private readonly Uri _address = new($"{settings.Of(Url).GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v2/alerts");

    public string Name => settings.Name;

    public TimeSpan ResendInterval { get; } = settings.Of(Resend);

    public Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation) => HttpDelivery.PostAsync(_address, Body(notice), [], cancellation);

    internal string Body(Notice notice)
    {
        var incident = notice.Incident;
        var starts = incident.ConfirmedAt ?? incident.SuspectedAt;
        var ends = incident.EndedAt ?? clock.HostNow() + (4 * ResendInterval);
        var alerts = FormerNames(notice, starts).Append(One(notice, notice.Fault, incident.Subject, starts, ends));
        return JsonSerializer.Serialize([.. alerts], AlertJson.Default.AlertArray);
    }

    /// <summary>
    /// The names that were alerted before a cause was found, ended at that time. Not at the present time: an Alertmanager
    /// whose clock is behind would take each of them for firing again.
    /// </summary>
    private IEnumerable<Alert> FormerNames(Notice notice, DateTimeOffset starts) =>
        notice.Incident.FormerNames
            .Zip(notice.Events.OfType<CauseFound>(), (name, found) => (name.Fault, name.Subject, found.At))
            .Where(n => n.At >= starts && (n.Fault, n.Subject) != (notice.Incident.Fault, notice.Incident.Subject))
            .Select(n => (n.Subject, n.At, Fault: faults.Find(n.Fault)))
            .Where(n => n.Fault is not null)
            .Select(n => One(notice, n.Fault!, n.Subject, starts, n.At));

    private Alert One(Notice notice, Fault fault, Subject subject, DateTimeOffset starts, DateTimeOffset ends) =>
        new(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["alertname"] = AlertName.Of(fault),
                ["fault"] = fault.Code,
                ["subject"] = subject.ToString(),
                ["severity"] = Words.Of(fault.Severity),
                ["instance"] = host,
                ["source"] = "npu-agent",
            },
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["summary"] = $"{fault.Title.English} ({subject})",
                ["summary_zh"] = $"{fault.Title.Chinese}（{subject}）",
                ["description"] = $"{notice.Incident.Summary}. {fault.Meaning.English}",
                ["action"] = notice.Incident.Fill(fault.PersonShould).English,
                ["incident"] = notice.Incident.Id,
                ["state"] = Words.Of(notice.Incident.State),
            },
            starts,
            // A clock that was set back can put the end before the start, which the Alertmanager refuses.
            ends < starts ? starts : ends);
}

internal sealed record Alert(
    SortedDictionary<string, string> Labels,
    SortedDictionary<string, string> Annotations,
    [property: JsonPropertyName("startsAt")] DateTimeOffset StartsAt,
    [property: JsonPropertyName("endsAt")] DateTimeOffset EndsAt);

[JsonSerializable(typeof(Alert[]))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(GateConverter)])]
internal sealed partial class AlertJson : JsonSerializerContext;
