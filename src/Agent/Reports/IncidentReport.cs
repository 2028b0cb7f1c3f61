using System.Globalization;
using System.Text;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Screens;
using Agent.Storage;

namespace Agent.Reports;

internal enum ReportFormat
{
    Text,
    Markdown,
    Html,
    Json,
}

/// <summary>One incident for people: what it was, the steps with their results, and the work that is left.</summary>
internal static class IncidentReport
{
    public static string Write(IncidentHistory history, Fault fault, ReportFormat format, Language language,
        IReadOnlyList<LostServiceDocument>? lost = null) =>
        format == ReportFormat.Markdown ? Markdown(history, fault, language, lost) : Text(history, fault, language, lost);

    public static string Text(IncidentHistory history, Fault fault, Language language, IReadOnlyList<LostServiceDocument>? lost = null)
    {
        var text = new StringBuilder();
        text.AppendLine($"{fault.Title.In(language)} - {fault.Code} ({SubjectOf(history.Incident)})");
        foreach (var (name, value) in Fields(history, fault, language, lost))
            text.AppendLine($"  {DisplayWidth.Padded(name, 12)} {value}");
        text.AppendLine().AppendLine(language == Language.Chinese ? "时间线：" : "Timeline:");
        foreach (var (at, after, line) in Lines(history, language))
            text.AppendLine($"  {at} {after,8}  {line}");
        return text.ToString();
    }

    private static string Markdown(IncidentHistory history, Fault fault, Language language, IReadOnlyList<LostServiceDocument>? lost)
    {
        var text = new StringBuilder();
        text.AppendLine($"## {fault.Title.In(language)} - `{fault.Code}` ({SubjectOf(history.Incident)})").AppendLine();
        foreach (var (name, value) in Fields(history, fault, language, lost))
            text.AppendLine($"- **{name.TrimEnd(':')}**: {MarkdownText.Escape(value)}");
        text.AppendLine().AppendLine(language == Language.Chinese ? "| 时间 | 经过 | 事件 |" : "| time | after | event |").AppendLine("|---|---|---|");
        foreach (var (at, after, line) in Lines(history, language))
            text.AppendLine($"| {at} | {after} | {MarkdownText.Escape(line)} |");
        return text.ToString();
    }

    private static string SubjectOf(Incident incident) => incident.Identity is { } device ? $"{incident.Subject} {device}" : incident.Subject.ToString();

    private static IEnumerable<(string Name, string Value)> Fields(IncidentHistory history, Fault fault, Language language,
        IReadOnlyList<LostServiceDocument>? lost)
    {
        var chinese = language == Language.Chinese;
        var incident = history.Incident;
        yield return (chinese ? "编号:" : "incident:", incident.Id);
        yield return (chinese ? "状态:" : "state:", $"{IncidentStates.Text(incident.State).In(language)}: {incident.Reason}");
        yield return (chinese ? "严重性:" : "severity:", Words.Of(fault.Severity));
        yield return (chinese ? "现象:" : "seen:", incident.Summary);
        yield return (chinese ? "含义:" : "meaning:", fault.Meaning.In(language));
        if (incident.Attempts.Count > 0)
            yield return (chinese ? "恢复级别:" : "rungs:", string.Join(", ", incident.Attempts.Select(a => Words.Of(a))));
        if (incident.EndedAt is { } ended)
            yield return (chinese ? "持续:" : "lasted:", Durations.Text(ended - incident.SuspectedAt));
        foreach (var outage in lost ?? [])
            yield return (chinese ? "服务中断:" : "lost service:", outage.In(language));
        if (incident.MendedBy is { } mender)
            yield return (chinese ? "恢复者:" : "mended by:", MenderText(mender).In(language));
        if (incident is { IsOpen: true, HeldBackReason: { } held })
            yield return (chinese ? "暂不处理:" : "held back:", held);
        if (incident.Related.Count > 0)
            yield return (chinese ? "相关:" : "also seen:", string.Join(", ", incident.Related.Select(r => $"{r.Fault} ({r.Subject})").Distinct()));
        foreach (var bundle in incident.Bundles)
            yield return (chinese ? "证据:" : "evidence:", bundle);
        if (incident.State != IncidentState.Resolved)
            yield return (chinese ? "应做:" : "to do:", incident.Fill(fault.PersonShould).In(language));
    }

    private static LocalText MenderText(Mender mender) => mender switch
    {
        Mender.Agent => new("the agent", "代理"),
        Mender.Person => new("a person", "人工"),
        _ => new("nobody; it went away by itself", "无；自行消失"),
    };

    private static IEnumerable<(string At, string After, string Line)> Lines(IncidentHistory history, Language language) =>
        history.Events.Select(e => (
            e.At.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture),
            "+" + Durations.Text(e.At - history.Incident.SuspectedAt),
            TimelineText.Of(e, language)));
}
