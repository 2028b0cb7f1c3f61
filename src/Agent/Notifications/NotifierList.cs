using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Domain.Faults;

namespace Agent.Notifications;

/// <summary>A kind of notifier, and how one is made for each of its receivers.</summary>
internal sealed record ListedNotifier(DeclaredNotifier Declared, Func<NotifierSettings, NotifierParts, INotifier> Make);

/// <summary>What a notifier may be made of, beside its settings.</summary>
/// <param name="Host">The name of this host, for those who are told.</param>
internal sealed record NotifierParts(FaultCatalog Faults, string Host, TimeProvider Clock);

/// <summary>The notifiers: one line a kind.</summary>
internal static class NotifierList
{
    public static readonly IReadOnlyList<ListedNotifier> All =
    [
        new(AlertmanagerNotifier.Declared, (settings, parts) => new AlertmanagerNotifier(settings, parts.Faults, parts.Host, parts.Clock)),
        new(WebhookNotifier.Declared, (settings, parts) => new WebhookNotifier(settings, parts.Host, parts.Clock)),
    ];

    /// <summary>Those of the receivers that the configuration names.</summary>
    public static IReadOnlyList<INotifier> Of(IReadOnlyList<ListedNotifier> listed, IReadOnlyList<NotifierSettings> receivers, NotifierParts parts) =>
        [.. from receiver in receivers from kind in listed where kind.Declared == receiver.Kind select kind.Make(receiver, parts)];
}
