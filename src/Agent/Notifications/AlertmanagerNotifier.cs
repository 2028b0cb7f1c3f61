using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Configuration;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;

namespace Agent.Notifications;

/// <summary>
/// Prometheus Alertmanager, POST /api/v2/alerts. The label set is an alert's identity, so it holds nothing that changes
/// after confirmation except the fault itself: when a cause is found later, the alert of the old name is ended. Firing alerts have to be
/// sent again and again, or the Alertmanager takes them for resolved: see <see cref="AlertRefresh"/>.
/// </summary>
internal sealed class AlertmanagerNotifier(AlertmanagerSettings settings, string host, TimeProvider clock) : INotifier
{
    public string Name => settings.Name;

    public TimeSpan ResendInterval => settings.ResendInterval;

    public Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation) =>
        HttpDelivery.PostAsync(new Uri(settings.Url, "api/v2/alerts"), Body(notice.Incident, notice.Fault), [], cancellation);

    internal string Body(Incident incident, Fault fault)
    {
        var now = clock.GetUtcNow();
        var starts = incident.ConfirmedAt ?? incident.SuspectedAt;
        var alerts = incident.FormerNames
            .Select(r => One(incident, fault, r.Fault, r.Subject.ToString(), starts, now))
            .Append(One(incident, fault, incident.Fault, incident.Subject.ToString(), starts, incident.EndedAt ?? now + (4 * settings.ResendInterval)));
        return JsonSerializer.Serialize([.. alerts], AlertJson.Default.AlertArray);
    }

    private Alert One(Incident incident, Fault fault, string code, string subject, DateTimeOffset starts, DateTimeOffset ends) =>
        new(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["alertname"] = "NpuAgentIncident",
                ["fault"] = code,
                ["subject"] = subject,
                ["severity"] = fault.Severity.ToString().ToLowerInvariant(),
                ["instance"] = host,
            },
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["summary"] = $"{fault.Title.English} ({incident.Subject})",
                ["summary_zh"] = $"{fault.Title.Chinese}（{incident.Subject}）",
                ["description"] = $"{incident.Summary}. {fault.Meaning.English}",
                ["action"] = fault.PersonShould.English,
                ["state"] = incident.State.ToString(),
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
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class AlertJson : JsonSerializerContext;
