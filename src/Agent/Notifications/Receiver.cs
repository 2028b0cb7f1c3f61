using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Configuration.Yaml;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;

namespace Agent.Notifications;

/// <summary>What one receiver wants to be told, when, and in which language.</summary>
internal sealed class Receiver(NotifierSettings settings)
{
    private static readonly Setting<string?> Speaks = Setting.Choice("language", "zh", "Of its messages: en or zh. Left out: that of the agent.", "en", "zh");

    private static readonly Setting<string?> Least = Setting.Choice("severity", "warning",
        "It is told of faults of this severity and above: info, warning or critical. Left out: of all.", "info", "warning", "critical");

    private static readonly Setting<IReadOnlyList<string>> Faults = Setting.List("faults", [],
        "It is told of these faults alone, such as [engine-hung, chip-*]. Empty: of all.", FaultProblem);

    private static readonly Setting<IReadOnlyList<string>> Engines = Setting.List("engines", [],
        "It is told of these engines, and of what is not an engine's, such as chips and the driver. Empty: of all.", _ => null);

    private static readonly Setting<QuietHours?> Quiet = new("quiet_hours", "22:00-07:00",
        "By the host's clock and time zone. Only critical faults are told at once then; the rest follows as one message. Left out: none.", QuietHours.Read);

    private static readonly Setting<TimeSpan> Heartbeat = Setting.Duration("heartbeat", "0s", "0s", "7d",
        "How often it is told that the agent still watches. 0s: never.");

    private static readonly Setting<IReadOnlyList<string>> Reports = Setting.List("reports", [],
        "Health reports that it is sent: [daily, weekly, monthly]. Empty: none.",
        word => Words.Parse<ReportKind>(word) is null ? $"'{word}' is no report, allowed: daily, weekly, monthly" : null);

    internal static readonly Setting<Uri?> PagesAt = new("pages", "http://npu-host-1:9470/",
        "Where people reach this agent's pages: messages then link to the incident and its fault. Left out: no links.", ReadPages);

    /// <summary>The keys of every notifier.</summary>
    public static readonly SharedSettings Keys = new("Every receiver also takes:", Speaks, Least, Faults, Engines, Quiet, Heartbeat, PagesAt);

    /// <summary>The key of those that can tell of a health report. To an alerting system it would be an alert.</summary>
    public static readonly SharedSettings ReportKeys = new("Mail, chats, webhooks and syslog also take:", Reports);

    public string Name => settings.Name;

    public TimeSpan HeartbeatInterval => settings.Of(Heartbeat);

    public bool WantsReport(ReportKind kind) => WantsReport(Words.Of(kind));

    public bool WantsReport(string kind) => settings.Kind.Shared.Contains(ReportKeys) && settings.Of(Reports).Contains(kind);

    public Language LanguageOr(Language agent) => settings.Of(Speaks) switch
    {
        "zh" => Language.Chinese,
        "en" => Language.English,
        _ => agent,
    };

    public bool Wants(IncidentNotice notice)
    {
        var (fault, subject) = (notice.Fault, notice.Incident.Subject);
        var least = settings.Of(Least) is { } word ? Enum.GetValues<Severity>().First(s => Words.Of(s) == word) : Severity.Info;
        return fault.Severity >= least
            && (settings.Of(Faults) is not [_, ..] faults || faults.Any(f => Matches(f, fault.Code)))
            && (settings.Of(Engines) is not [_, ..] engines || subject.Kind != SubjectKind.Engine || engines.Contains(subject.Id));
    }

    /// <summary>When what can wait is told; null: now.</summary>
    public DateTimeOffset? QuietUntil(DateTimeOffset hostNow, TimeZoneInfo zone) => settings.Of(Quiet)?.EndAfter(hostNow, zone);

    private static Uri? ReadPages(YamlSection section, string key)
    {
        var address = section.Text(key) is not null ? section.HttpAddress(key) : null;
        return address is null || address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
    }

    private static string? FaultProblem(string pattern) =>
        FaultCatalog.Default.All.Any(f => Matches(pattern, f.Code)) ? null
            : $"no fault is named '{pattern}'; npu-agent faults lists them, and * stands for the rest of a name";

    private static bool Matches(string pattern, string code) =>
        pattern.EndsWith('*') ? code.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == code;
}
