using System.Text.Json;
using Agent.Adapters;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Yaml;
using Agent.Notifications.Http;

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

    public static readonly DeclaredNotifier Declared = new("alertmanagers", "alertmanager", "Alertmanagers of Prometheus.", Url, Resend, OwnLabels)
    {
        Shared = [Receiver.Keys, HttpReceiver.Keys],
    };

    // A path in the configured address stays: Uri would replace its last part.
    private readonly Uri _address = new($"{settings.Of(Url).GetLeftPart(UriPartial.Path).TrimEnd('/')}/api/v2/alerts");

    private readonly Alerts _alerts = new(parts, settings.Of(OwnLabels), parts.VoiceFor(settings), Pages.Of(settings));

    public override ChannelTraits Traits => ChannelTraits.OfMachine;

    public TimeSpan ResendInterval { get; } = settings.Of(Resend);

    protected override (HttpPost? Post, Delivery? Problem) Compose(Notice notice) =>
        // A report is no alert.
        notice is ReportNotice ? (null, null) : (new HttpPost(_address, Body(notice)), null);

    internal string Body(Notice notice) => JsonSerializer.Serialize([.. AlertsOf(notice)], AlertJson.Default.AlertArray);

    private IReadOnlyList<Alert> AlertsOf(Notice notice)
    {
        var now = Parts.Clock.HostNow();
        return notice switch
        {
            IncidentNotice told => _alerts.Of(told, firingUntil: now + (4 * ResendInterval)),
            // Always firing: a route that pages when it is gone notices an agent that is gone.
            HeartbeatNotice heartbeat => [_alerts.Of(heartbeat, now + (4 * new Receiver(Settings).HeartbeatInterval))],
            TestNotice test => [_alerts.Of(test, now + ResendInterval)],
            _ => throw new InvalidOperationException($"an Alertmanager takes no {notice.GetType().Name}"),
        };
    }

    private static IReadOnlyDictionary<string, string> ReadLabels(YamlSection section, string key)
    {
        var labels = section.Map(key);
        foreach (var name in labels.Keys)
        {
            if (Alerts.Names.Contains(name))
                section.Complain(key, $"the label '{name}' is the agent's own; choose another name");
            else if (name.Length == 0 || char.IsAsciiDigit(name[0]) || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                section.Complain(key, $"'{name}' is no name of a label; letters, digits and _ are, and no digit comes first");
        }

        return labels;
    }
}
