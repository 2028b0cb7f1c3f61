using Agent.Configuration;
using Agent.Domain.Faults;

namespace Agent.Notifications;

/// <summary>The notifiers of this host: one line a kind.</summary>
internal static class NotifierList
{
    public static IReadOnlyList<INotifier> Of(AgentSettings settings, FaultCatalog faults, string host, TimeProvider clock) =>
    [
        .. settings.Alertmanagers.Select(a => new AlertmanagerNotifier(a, faults, host, clock)),
        .. settings.Webhooks.Select(w => new WebhookNotifier(w, host, clock)),
    ];
}
