using System.Globalization;
using Agent.Domain.Faults;
using Agent.Reports.Health;

namespace Agent.Notifications.Texts;

/// <summary>How a message looks where colours or signs are at hand.</summary>
internal enum Tone
{
    Critical,
    Warning,
    Info,

    /// <summary>Something is over.</summary>
    Good,
}

/// <summary>
/// A notice as people read it, on the lock screen of a phone first: the title says the host, what is broken, and whether people lose
/// service now. The lines say what the agent does, what a person has to do, and where more stands.
/// </summary>
/// <param name="Title">One line.</param>
/// <param name="Lines">One thought each.</param>
internal sealed record NoticeText(string Title, Tone Tone, IReadOnlyList<string> Lines)
{
    /// <summary>Text that is the same in a terminal: no markup.</summary>
    public string Plain => string.Join('\n', [Title, .. Lines]);

    public static NoticeText Of(Notice notice, Voice voice) => notice switch
    {
        IncidentNotice incident => IncidentText.Of(incident, voice),
        Digest digest => DigestText.Of(digest, voice),
        HeartbeatNotice heartbeat => Heartbeat(heartbeat, voice),
        TestNotice => Test(voice),
        ReportNotice report => Report(report, voice),
        _ => throw new InvalidOperationException($"{notice.GetType().Name} has no text for people"),
    };

    public static Tone ToneOf(Severity severity) => severity switch
    {
        Severity.Critical => Tone.Critical,
        Severity.Warning => Tone.Warning,
        _ => Tone.Info,
    };

    private static NoticeText Heartbeat(HeartbeatNotice heartbeat, Voice voice)
    {
        var open = heartbeat.Open.ToString(CultureInfo.InvariantCulture);
        var incidents = heartbeat.Open switch
        {
            0 => voice.Of("No incident is open.", "没有未结束的事件。"),
            1 => voice.Of("1 incident is open.", "未结束的事件：1。"),
            _ => voice.Of($"{open} incidents are open.", $"未结束的事件：{open}。"),
        };
        var title = voice.Join(voice.Of($"{voice.Host}: the agent watches.", $"{voice.Host}：代理运行正常。"), incidents);
        return new(title, Tone.Info, [.. ServesText.Of(heartbeat.Engines, voice) is { Length: > 0 } serves ? [serves] : (IEnumerable<string>)[]]);
    }

    private static NoticeText Report(ReportNotice report, Voice voice) => new(
        HealthSummary.Title(report.Document, voice.Language),
        report.Document.Verdict.State switch { HealthVerdict.Good => Tone.Good, HealthVerdict.Bad => Tone.Critical, _ => Tone.Warning },
        [.. HealthSummary.Lines(report.Document, voice.Language), voice.Of($"The whole report: {report.Page}", $"完整报告：{report.Page}")]);

    private static NoticeText Test(Voice voice) => new(
        voice.Of($"{voice.Host}: this is a test of the agent's messages", $"{voice.Host}：代理消息测试"),
        Tone.Info,
        [voice.Of("An operator asked for it. Nothing is wrong, and there is nothing to do.", "由操作员发起，一切正常，无需处理。")]);
}
