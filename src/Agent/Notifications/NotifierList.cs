using Agent.Configuration;

namespace Agent.Notifications;

/// <summary>The notifiers of this host: one line a kind.</summary>
internal static class NotifierList
{
    public static IReadOnlyList<INotifier> Of(AgentSettings settings, string host, TimeProvider clock) =>
    [
        .. settings.Alertmanagers.Select(a => new AlertmanagerNotifier(a, host, clock)),
        .. settings.Webhooks.Select(w => new WebhookNotifier(w, host, clock)),
    ];
}
