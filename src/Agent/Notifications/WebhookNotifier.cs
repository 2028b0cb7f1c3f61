using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agent.Adapters;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Reports;

namespace Agent.Notifications;

/// <summary>
/// A generic webhook by the Standard Webhooks 1.0.0 convention: webhook-id is the same for every try of a notice, so that a
/// receiver can drop repeats; the body is signed when a secret is configured.
/// </summary>
internal sealed class WebhookNotifier(NotifierSettings settings, string host, TimeProvider clock) : INotifier
{
    private static readonly Setting<Uri> Url = Setting.Address("url", "https://oncall.example/hook",
        "The address is a secret and is never shown.", secret: true);

    private static readonly Setting<string?> Secret = Setting.SecretFile(
        "secret_file", "/etc/npu-agent/webhook.secret", "The file with the key that signs. Left out: notices are not signed.",
        path => SecretFile.ReadWebhookKey(path).Problem);

    public static readonly DeclaredNotifier Declared = new("webhooks", "oncall", "Any receiver that takes Standard Webhooks 1.0.0.", Url, Secret);

    public string Name => settings.Name;

    public Task<Delivery> SendAsync(Notice notice, CancellationToken cancellation)
    {
        var document = IncidentDocument.Of(notice.Incident, notice.Fault, notice.Events);
        // A whole answer that could not be read is for the journal, not for a receiver.
        document = document with { Evidence = [.. document.Evidence.Take(20)] };
        var body = JsonSerializer.Serialize(new WebhookBody($"incident.{notice.Kind}", notice.At, host, document), DocumentJson.Compact.WebhookBody);
        var timestamp = clock.HostNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Dictionary<string, string> headers = new(StringComparer.Ordinal) { ["webhook-id"] = notice.Key, ["webhook-timestamp"] = timestamp };
        if (settings.Of(Secret) is { } file)
        {
            var (key, problem) = SecretFile.ReadWebhookKey(file);
            if (key is null)
                return Task.FromResult(new Delivery(DeliveryEnd.Retry, $"secret_file {file} {problem}"));
            headers["webhook-signature"] = Sign(key, notice.Key, timestamp, body);
        }

        return HttpDelivery.PostAsync(settings.Of(Url), body, headers, cancellation);
    }

    internal static string Sign(byte[] key, string id, string timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
}
