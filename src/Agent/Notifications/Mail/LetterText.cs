using Agent.Adapters;
using Agent.Domain.Incidents;
using Agent.ForeignText;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Mail;

/// <summary>What a mail says about a notice.</summary>
/// <param name="voice">How the agent speaks to the receiver.</param>
/// <param name="pages">Where its links lead.</param>
/// <param name="domain">Of the sender; the names of mails end with it.</param>
/// <param name="clock">A mail has the time at which it leaves: one that waited for days would be sorted among those of its day, and not be seen.</param>
internal sealed class LetterText(Voice voice, Pages pages, string domain, TimeProvider clock)
{
    private const int SubjectBytes = 500;

    /// <param name="notice">What is told.</param>
    /// <param name="bytes">The bound of its text; what was cut is said.</param>
    /// <param name="withPage">A report goes with it as a page. Its text says where the page lies on the host, for servers that take less.</param>
    public Letter Of(Notice notice, int bytes, bool withPage)
    {
        var text = NoticeText.Of(notice, voice);
        var title = Utf8Cut.Beginning(TextGate.OnlyPrintable.Clean(text.Title), SubjectBytes);
        var lines = Utf8Cut.To(string.Join('\n', text.Lines.Select(l => TextGate.OnlyPrintable.Clean(l))), bytes, voice).Split('\n');
        var links = notice is IncidentNotice told ? Links(told) : [];
        var id = Id(notice.Key);
        var thread = notice is IncidentNotice { Thread: var first } ? Id($"{first}/{NoticeKind.Confirmed}") : null;
        return new Letter
        {
            Id = id,
            Thread = thread == id ? null : thread,
            Date = clock.HostNow(),
            Subject = title,
            Text = string.Join('\n', [title, "", .. lines, .. links.Select(l => $"{l.Label}{voice.Of(": ", "：")}{l.Address}"), ""]),
            Html = LetterHtml.Of(title, text.Tone, lines, links, voice.Of("en", "zh")),
            IsUrgent = notice.IsUrgent,
            Page = withPage && notice is ReportNotice report ? new LetterPage($"{report.Key}.html", report.Html(voice.Language)) : null,
        };
    }

    private IReadOnlyList<(string Label, string Address)> Links(IncidentNotice notice)
    {
        var incident = pages.Incident(notice.Incident.Id);
        var fault = pages.Fault(notice.Fault.Code);
        return incident is null || fault is null ? []
            : [(voice.Of("The incident", "事件详情"), incident), (voice.Of("About this fault", "故障说明"), fault)];
    }

    // Hosts that share a sender may have incidents of the same second.
    private string Id(string key) => $"{Word(key)}.{Word(voice.Host)}@{domain}";

    private static string Word(string text) => string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '/' or '+' ? c : '_'));
}
