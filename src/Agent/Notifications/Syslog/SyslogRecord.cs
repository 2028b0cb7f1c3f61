using System.Globalization;
using System.Text;
using Agent.Domain;
using Agent.ForeignText;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Syslog;

/// <summary>
/// A notice as RFC 5424 has it: one line, whatever the text of others holds. Into the socket of its own host it goes as syslog(3) writes there:
/// journald does not read RFC 5424 at all, and rsyslog does not read it from /dev/log unless it was told to.
/// </summary>
/// <param name="Head">All that stands before the text.</param>
internal sealed record SyslogRecord(string Head, string Text)
{
    // No number is registered for the agent: this one is for documentation (RFC 5612), and receivers match the whole name.
    private const string DataName = "npu-agent@32473";
    private const string Nothing = "-";
    private const int HostBytes = 255;
    private const int KindBytes = 32;

    // Escaped it is at most twice as long, so that all five fit into a datagram beside the text.
    private const int ValueBytes = 100;

    // Says that the text is UTF-8.
    private const char Mark = '\uFEFF';

    public static SyslogRecord Of(Notice notice, int facility, Voice voice)
    {
        var head = string.Create(CultureInfo.InvariantCulture,
            $"<{(facility * 8) + Severity(notice)}>1 {notice.At:yyyy-MM-dd'T'HH:mm:ss.ffffffzzz} {Word(voice.Host, HostBytes)} npu-agent ")
            + $"{Environment.ProcessId} {Word(Kind(notice), KindBytes)} {Data(notice)} {Mark}";
        return new(head, Line(notice, voice));
    }

    /// <param name="zone">The daemon takes the time for its own, which has no zone.</param>
    public static SyslogRecord OfThisHost(Notice notice, int facility, Voice voice, TimeZoneInfo zone)
    {
        var at = TimeZoneInfo.ConvertTime(notice.At, zone);
        var head = string.Create(CultureInfo.InvariantCulture,
            $"<{(facility * 8) + Severity(notice)}>{at:MMM} {at.Day,2} {at:HH:mm:ss} npu-agent[{Environment.ProcessId}]: {Word(Kind(notice), KindBytes)} ");
        return new(notice is IncidentNotice ? $"{head}{Data(notice)} " : head, Line(notice, voice));
    }

    /// <param name="most">How long it may be; what was cut from the text is said.</param>
    public byte[] Bytes(int most, Voice voice)
    {
        var line = TextGate.OnlyPrintable.Clean(Text);
        return Encoding.UTF8.GetBytes(Head + Utf8Cut.To(line, most - Encoding.UTF8.GetByteCount(Head), voice).Replace('\n', ' '));
    }

    private static string Line(Notice notice, Voice voice)
    {
        var text = NoticeText.Of(notice, voice);
        return string.Join(" | ", [text.Title, .. text.Lines]);
    }

    private static int Severity(Notice notice) => notice is not IncidentNotice told ? 6 : told.IsOver ? 5 : told.Fault.Severity switch
    {
        Domain.Faults.Severity.Critical => 2,
        Domain.Faults.Severity.Warning => 4,
        _ => 6,
    };

    private static string Kind(Notice notice) => notice switch
    {
        IncidentNotice told => $"{told.Fault.Code}/{told.Kind}",
        HeartbeatNotice => "heartbeat",
        ReportNotice => "report",
        TestNotice => "test",
        _ => Nothing,
    };

    private static string Data(Notice notice)
    {
        if (notice is not IncidentNotice told)
            return Nothing;
        var incident = told.Incident;
        var data = new StringBuilder("[" + DataName);
        foreach (var (name, value) in (IEnumerable<(string, string)>)
            [
                ("incident", incident.Id), ("fault", told.Fault.Code), ("subject", incident.Subject.ToString()),
                ("severity", Words.Of(told.Fault.Severity)), ("state", Words.Of(incident.State)),
            ])
            data.Append($" {name}=\"{Escaped(value)}\"");
        return data.Append(']').ToString();
    }

    private static string Escaped(string value) => Utf8Cut.Beginning(TextGate.OnlyPrintable.Clean(value), ValueBytes)
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    /// <summary>A field of the head has visible ASCII and no blank.</summary>
    private static string Word(string text, int most)
    {
        var word = string.Concat(text.Where(c => c is > ' ' and <= '~').Take(most));
        return word.Length > 0 ? word : Nothing;
    }
}
