using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agent.Adapters;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Configuration.Yaml;
using Agent.Notifications.Http;
using Agent.Notifications.Texts;
using Agent.Reports;
using Agent.Reports.Health;

namespace Agent.Notifications.Channels;

/// <summary>
/// A generic webhook by the Standard Webhooks 1.0.0 convention: webhook-id is the same for every try of a notice, so that a
/// receiver can drop repeats; the body is signed when a secret is configured.
/// </summary>
internal sealed class WebhookNotifier(NotifierSettings settings, NotifierParts parts) : HttpNotifier(settings, parts)
{
    private static readonly Setting<Uri> Url = Setting.Address("url", "https://oncall.example/hook",
        "The address is a secret and is never shown.", secret: true);

    private static readonly Setting<string?> Secret = Setting.SecretFile(
        "secret_file", "/etc/npu-agent/webhook.secret", "The file with the key that signs. Left out: notices are not signed.",
        path => SecretFile.ReadWebhookKey(path).Problem);

    private const string OfAlertmanager = "alertmanager";
    private const int MostIncidents = 50;

    private static readonly Setting<string?> Format = new("format", "standard-webhooks",
        "Of the body: standard-webhooks, or alertmanager for what takes the calls of an Alertmanager (version 4).", ReadFormat);

    public static readonly DeclaredNotifier Declared = new("webhooks", "oncall",
        "Any receiver that takes Standard Webhooks 1.0.0, or the webhooks of an Alertmanager.", Url, Secret, Format)
    {
        Shared = [Receiver.Keys, Receiver.ReportKeys, HttpReceiver.Keys],
    };

    public override ChannelTraits Traits => ChannelTraits.OfMachine;

    protected override (HttpPost? Post, Delivery? Problem) Compose(Notice notice)
    {
        var body = BodyOf(notice);
        var timestamp = Parts.Clock.HostNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Dictionary<string, string> headers = new(StringComparer.Ordinal) { ["webhook-id"] = notice.Key, ["webhook-timestamp"] = timestamp };
        if (Settings.Of(Secret) is { } file)
        {
            var (key, problem) = SecretFile.ReadWebhookKey(file);
            if (key is null)
                return (null, new Delivery(DeliveryEnd.Broken, $"secret_file {file} {problem}"));
            headers["webhook-signature"] = Sign(key, notice.Key, timestamp, body);
        }

        return (new HttpPost(Settings.Of(Url), body) { Headers = headers, SecretHeaders = ["webhook-signature"] }, null);
    }

    private string BodyOf(Notice notice)
    {
        if (Settings.Of(Format) == OfAlertmanager)
            return AlertBody(notice);
        if (notice is not IncidentNotice told)
        {
            var type = notice switch { HeartbeatNotice => "agent.heartbeat", ReportNotice => "agent.report", _ => "agent.test" };
            return JsonSerializer.Serialize(new WebhookText(type, notice.At, Parts.Host, NoticeText.Of(notice, Voice).Plain)
            {
                Report = notice is ReportNotice { Document: var report } ? Brief(report) : null,
            }, DocumentJson.Compact.WebhookText);
        }

        var document = IncidentDocument.Of(told.Incident, told.Fault, told.Events, told.Lost);
        // A whole answer that could not be read is for the journal, not for a receiver.
        document = document with { Evidence = [.. document.Evidence.Take(20)] };
        return JsonSerializer.Serialize(new WebhookBody($"incident.{told.Kind}", notice.At, Parts.Host, document), DocumentJson.Compact.WebhookBody);
    }

    // Receivers have limits. The newest incidents without their events are what a program can use; the page on the host has all.
    private static HealthDocument Brief(HealthDocument report) => report with
    {
        Incidents = [.. report.Incidents.TakeLast(MostIncidents).Select(i => i with { Timeline = [], Evidence = [] })],
        IncidentTimes = [.. report.IncidentTimes.TakeLast(MostIncidents)],
    };

    private string AlertBody(Notice notice)
    {
        Alerts alerts = new(Parts, new Dictionary<string, string>(StringComparer.Ordinal), Voice, Pages);
        // An alert that is told in this way has no time at which it ends by itself.
        var (told, thread) = notice switch
        {
            IncidentNotice incident => (alerts.Of(incident, DateTimeOffset.MaxValue), incident.Thread),
            HeartbeatNotice heartbeat => ([alerts.Of(heartbeat, DateTimeOffset.MaxValue)], "heartbeat"),
            TestNotice test => ([alerts.Of(test, DateTimeOffset.MaxValue)], test.Key),
            _ => throw new InvalidOperationException($"a webhook takes no {notice.GetType().Name}"),
        };
        return JsonSerializer.Serialize(AlertPayload.Of(told, thread, Name, Pages.Root ?? ""), AlertJson.Default.AlertPayload);
    }

    private static string? ReadFormat(YamlSection section, string key)
    {
        var format = section.Choice<string?>(key, null, ("standard-webhooks", "standard-webhooks"), (OfAlertmanager, OfAlertmanager));
        if (format == OfAlertmanager && section.List("reports") is { Count: > 0 })
            section.Complain("reports", "a receiver of alerts takes no report; leave it out, or write another receiver with the format standard-webhooks");
        return format;
    }

    internal static string Sign(byte[] key, string id, string timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
}
