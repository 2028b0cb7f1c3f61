using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Recovery;
using Agent.Notifications.Channels;
using Agent.Notifications.Texts;

namespace Agent.Notifications;

/// <summary>A kind of notifier, and how one is made for each of its receivers.</summary>
internal sealed record ListedNotifier(DeclaredNotifier Declared, Func<NotifierSettings, NotifierParts, INotifier> Make);

/// <summary>What a notifier may be made of, beside its settings.</summary>
internal sealed record NotifierParts
{
    public required FaultCatalog Faults { get; init; }

    /// <summary>The name of this host, for those who are told.</summary>
    public required string Host { get; init; }

    /// <summary>That of the agent; a receiver may have another.</summary>
    public required Language Language { get; init; }

    /// <summary>The agent recovers by itself.</summary>
    public required bool Acts { get; init; }

    public required TimeProvider Clock { get; init; }

    public static NotifierParts Of(AgentSettings settings, FaultCatalog faults, TimeProvider clock) => new()
    {
        Faults = faults,
        Host = Environment.MachineName,
        Language = settings.Language,
        Acts = settings.Mode == AgentMode.Act,
        Clock = clock,
    };

    public Voice VoiceFor(NotifierSettings receiver) => new(new Receiver(receiver).LanguageOr(Language), Host, Acts);
}

/// <summary>The notifiers: one line a kind.</summary>
internal static class NotifierList
{
    public static readonly IReadOnlyList<ListedNotifier> All =
    [
        new(AlertmanagerNotifier.Declared, (settings, parts) => new AlertmanagerNotifier(settings, parts)),
        new(WebhookNotifier.Declared, (settings, parts) => new WebhookNotifier(settings, parts)),
        new(DingTalkNotifier.Declared, (settings, parts) => new DingTalkNotifier(settings, parts)),
        new(WeComNotifier.Declared, (settings, parts) => new WeComNotifier(settings, parts)),
        new(FeishuNotifier.Declared, (settings, parts) => new FeishuNotifier(settings, parts)),
        new(SlackNotifier.Declared, (settings, parts) => new SlackNotifier(settings, parts)),
        new(PagerDutyNotifier.Declared, (settings, parts) => new PagerDutyNotifier(settings, parts)),
        new(MailNotifier.Declared, (settings, parts) => new MailNotifier(settings, parts)),
        new(SyslogNotifier.Declared, (settings, parts) => new SyslogNotifier(settings, parts)),
    ];

    /// <summary>Those of the receivers that the configuration names, in their order.</summary>
    public static IReadOnlyList<INotifier> Of(IReadOnlyList<ListedNotifier> listed, IReadOnlyList<NotifierSettings> receivers, NotifierParts parts) =>
        [.. receivers.Select(receiver => listed.First(kind => kind.Declared == receiver.Kind).Make(receiver, parts))];
}
