using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Configuration.Yaml;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.ForeignText;
using Agent.Notifications.Http;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Channels;

/// <summary>
/// PagerDuty's Events API v2. An incident is one alert there: the same key opens it, adds to it and ends it. A heartbeat is not sent: it would page.
/// </summary>
internal sealed class PagerDutyNotifier(NotifierSettings settings, NotifierParts parts) : HttpNotifier(settings, parts)
{
    private const int KeyLength = 32;
    private const int SummaryLength = 1024;
    private const int DedupLength = 255;

    // Fields are few, so an event stays far below the 512 KB that are taken.
    private const int DetailLength = 4096;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private static readonly Setting<string?> RoutingKey = new("routing_key_file", "/etc/npu-agent/pagerduty.key",
        "The file with the integration key of the service (Events API v2).", ReadKeyFile)
    { IsSecretFile = true };

    private static readonly Setting<Uri> Url = new("url", "https://events.pagerduty.com/v2/enqueue",
        "In Europe it is https://events.eu.pagerduty.com/v2/enqueue.", (s, k) => (s.Text(k) is null ? null : s.HttpAddress(k)) ?? Default);

    public static readonly DeclaredNotifier Declared = new("pagerduty", "pager", "Services of PagerDuty. They get no heartbeat.", RoutingKey, Url)
    {
        Shared = [Receiver.Keys, HttpReceiver.Keys],
    };

    private static Uri Default => new("https://events.pagerduty.com/v2/enqueue");

    public override ChannelTraits Traits { get; } = new() { IsForPeople = true, Rate = new(100, TimeSpan.FromMinutes(1), Kept: 20) };

    protected override bool ReadsAnswer => true;

    protected override (HttpPost? Post, Delivery? Problem) Compose(Notice notice)
    {
        if (notice is HeartbeatNotice)
            return (null, null);
        var file = Settings.Of(RoutingKey)!;
        var (key, problem) = ReadKey(file);
        if (key is null)
            return (null, new Delivery(DeliveryEnd.Broken, $"routing_key_file {file} {problem}"));
        var body = JsonSerializer.Serialize(EventOf(notice, key), PagerDutyJson.Compact.PagerDutyEvent);
        return (new HttpPost(Settings.Of(Url), body) { Secrets = [key] }, null);
    }

    protected override Delivery Judge(HttpAnswer answer) => answer.Status switch
    {
        HttpStatusCode.Accepted when answer.IsWhole => Delivery.Sent,
        HttpStatusCode.Accepted => new(DeliveryEnd.Retry, "the answer broke off, and nothing tells whether the event was taken"),
        HttpStatusCode.BadRequest when answer.Body.Contains("routing", StringComparison.OrdinalIgnoreCase) =>
            new(DeliveryEnd.Broken, "answered 400: the integration key is not known; copy that of an Events API v2 integration into routing_key_file again"),
        HttpStatusCode.BadRequest => new(DeliveryEnd.Rejected, "answered 400: PagerDuty does not take the event as it is"),
        HttpStatusCode.TooManyRequests => new(DeliveryEnd.Retry, "answered 429: more events than PagerDuty takes", answer.RetryAfter ?? Pause),
        > HttpStatusCode.Accepted and < HttpStatusCode.MultipleChoices or HttpStatusCode.OK or HttpStatusCode.Created =>
            new(DeliveryEnd.Retry, $"answered {(int)answer.Status} instead of 202; something else than PagerDuty may answer at this address"),
        _ => answer.ByStatus(),
    };

    private PagerDutyEvent EventOf(Notice notice, string key) => notice switch
    {
        IncidentNotice told => new(
            key, told.IsOver ? "resolve" : "trigger", DedupKey(told.Thread), PayloadOf(told), "npu-agent", Pages.Incident(told.Incident.Id))
        {
            Links = [.. Pages.Of(told, Voice).Select(l => new PagerDutyLink(l.Address, l.Text))],
        },
        TestNotice => new(
            key, "trigger", DedupKey(notice.Key), new(Summary(NoticeText.Of(notice, Voice).Title), Parts.Host, "info", notice.At), "npu-agent", null),
        _ => throw new InvalidOperationException($"PagerDuty takes no {notice.GetType().Name}"),
    };

    private PagerDutyPayload PayloadOf(IncidentNotice notice)
    {
        var (incident, fault) = (notice.Incident, notice.Fault);
        var text = NoticeText.Of(notice, Voice);
        IEnumerable<(string Name, string Text)> details =
        [
            ("text", string.Join(" ", text.Lines)),
            ("description", Voice.Of(notice.Fill(fault.Meaning))),
            ("seen", incident.Summary),
            ("incident", incident.Id),
            ("state", Words.Of(incident.State)),
            ("steps", string.Join(", ", incident.Attempts.Select(a => Words.Of(a)))),
            ("evidence", string.Join(", ", incident.Bundles)),
        ];
        return new(Summary(text.Title), Parts.Host, SeverityOf(notice), incident.ConfirmedAt ?? incident.SuspectedAt)
        {
            Component = incident.Subject.ToString(),
            Class = fault.Code,
            CustomDetails = new(details.Where(d => d.Text.Length > 0).ToDictionary(d => d.Name, d => TextGate.OnlyPrintable.Clean(d.Text, DetailLength)),
                StringComparer.Ordinal),
        };
    }

    // Whoever is on call decides by it whether somebody is woken: a fault that the agent cannot mend is an error, however mild.
    private static string SeverityOf(IncidentNotice notice) => notice.Fault.Severity switch
    {
        Severity.Critical => "critical",
        _ when notice.Kind == NoticeKind.HandedOver => "error",
        Severity.Warning => "warning",
        _ => "info",
    };

    /// <summary>Several hosts may share a service, and each names its incidents by time.</summary>
    private string DedupKey(string thread)
    {
        var key = $"npu-agent/{Parts.Host}/{thread}";
        return key.Length <= DedupLength ? key : "npu-agent/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    private static string Summary(string title) => TextGate.OnlyPrintable.Clean(title, SummaryLength);

    private static string? ReadKeyFile(YamlSection section, string key)
    {
        if (section.Text(key) is null)
            section.Complain(key, "is required: write the integration key of the service into a file of its own, and name that file");
        return section.NeededFile(key, path => ReadKey(path).Problem);
    }

    private static (string? Key, string? Problem) ReadKey(string file)
    {
        var read = SecretFile.Read(file);
        return read.Secret is { } key && (key.Length != KeyLength || !key.All(char.IsAsciiLetterOrDigit))
            ? (null, "holds no integration key: those of PagerDuty have 32 letters and digits") : read;
    }
}
