using System.Globalization;
using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Notifications.Texts;

/// <summary>A notice about one incident in words.</summary>
internal static class IncidentText
{
    private const int SeenBound = 240;

    public static NoticeText Of(IncidentNotice notice, Voice voice)
    {
        var incident = notice.Incident;
        IEnumerable<string> lines = [Agent(notice, voice), Person(notice, voice), .. Seen(notice, voice), voice.Of(
            $"More: npu-agent incidents show {incident.Id}", $"详情：npu-agent incidents show {incident.Id}"), .. Evidence(incident, voice)];
        return new(Title(notice, voice), notice.IsOver ? Tone.Good : NoticeText.ToneOf(notice.Fault.Severity), [.. lines.Where(l => l.Length > 0)]);
    }

    /// <summary>The first words of every message: host, subject, fault, and how it stands.</summary>
    public static string Title(IncidentNotice notice, Voice voice)
    {
        var what = voice.Of($"{Head(notice, voice)}: {Lower(notice.Fault.Title.English)}", $"{Head(notice, voice)}：{notice.Fault.Title.Chinese}");
        return voice.Join(what + voice.Of(".", "。"), How(notice, voice), ServesText.Of(notice.Engines, voice));
    }

    /// <summary>The same for a line of a digest.</summary>
    public static string Line(IncidentNotice notice, Voice voice) => voice.Join(
        voice.Of(
            $"{SubjectText(notice.Incident, voice)}: {Lower(notice.Fault.Title.English)}.",
            $"{SubjectText(notice.Incident, voice)}：{notice.Fault.Title.Chinese}。"),
        How(notice, voice));

    private static string Head(IncidentNotice notice, Voice voice) => notice.Incident.Subject.Kind is SubjectKind.Host
        ? voice.Host : voice.Of($"{voice.Host}, {SubjectText(notice.Incident, voice)}", $"{voice.Host} {SubjectText(notice.Incident, voice)}");

    private static string SubjectText(Incident incident, Voice voice) => incident.Subject switch
    {
        { Kind: SubjectKind.Engine } engine => voice.Of($"engine {engine.Id}", $"引擎 {engine.Id}"),
        { Kind: SubjectKind.Chip } chip => voice.Of($"chip {chip.Id}", $"芯片 {chip.Id}"),
        { Kind: SubjectKind.Driver } => voice.Of("driver", "驱动"),
        _ => voice.Of("host", "主机"),
    };

    private static string How(IncidentNotice notice, Voice voice)
    {
        var incident = notice.Incident;
        if (notice.Flap is { } flap)
        {
            var times = flap.Times.ToString(CultureInfo.InvariantCulture);
            var since = flap.Since.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
            if (flap.IsOver)
                return voice.Of($"It came {times} times since {since} UTC and has now stayed away.", $"自 {since}（UTC）起共出现 {times} 次，现已不再出现。");
            if (notice.Kind == NoticeKind.Confirmed)
                return voice.Of($"It comes and goes: {times} times since {since} UTC. You hear again when it stays away, or when a person is needed.",
                    $"反复出现：自 {since}（UTC）起已 {times} 次。稳定后或需要人工处理时再通知。");
        }

        return notice.Kind switch
        {
            NoticeKind.Resolved => Over(incident, voice),
            NoticeKind.HandedOver => voice.Of("A person is needed.", "需要人工处理。"),
            _ => "",
        };
    }

    private static string Over(Incident incident, Voice voice)
    {
        var time = incident.EndedAt is { } ended ? Durations.Text(ended - incident.SuspectedAt) : "";
        return incident.MendedBy switch
        {
            Mender.Agent => voice.Of($"Over after {time}: the agent recovered it.", $"已恢复，历时 {time}（由代理恢复）。"),
            Mender.Person => voice.Of($"Over after {time}: a person mended it.", $"已恢复，历时 {time}（由人工恢复）。"),
            _ => voice.Of($"Over after {time}: it went away by itself.", $"已恢复，历时 {time}（自行消失）。"),
        };
    }

    private static string Agent(IncidentNotice notice, Voice voice)
    {
        var incident = notice.Incident;
        if (notice.IsOver)
            return incident.Attempts.Count > 0 ? voice.Of($"The agent did this: {Tried(incident, voice)}.", $"代理已执行：{Tried(incident, voice)}。") : "";
        if (!voice.Acts)
            return voice.Of("The agent only watches (mode: observe) and changes nothing.", "代理仅观察（mode: observe），不做任何操作。");
        if (notice.Kind == NoticeKind.HandedOver)
        {
            return incident.Attempts.Count > 0
                ? voice.Of($"The agent tried this: {Tried(incident, voice)}. It does nothing more by itself.", $"代理已尝试：{Tried(incident, voice)}。不再自动处理。")
                : voice.Of("The agent does nothing about it by itself.", "代理不对此自动处理。");
        }

        var does = notice.Fill(notice.Fault.AgentDoes);
        return voice.Of($"The agent: {Lower(does.English)}", $"代理：{does.Chinese}");
    }

    private static string Person(IncidentNotice notice, Voice voice)
    {
        if (notice.IsOver)
            return voice.Of("Nothing to do.", "无需处理。");
        var helpsItself = voice.Acts && notice.Kind != NoticeKind.HandedOver && notice.Fault.StartsAt is not (Rung.Note or Rung.HandOver);
        return helpsItself
            ? voice.Of("Nothing to do now: you hear how it ends.", "暂无需处理，结果将另行通知。")
            : voice.Of("To do: ", "应做：") + voice.Of(notice.Fill(notice.Fault.PersonShould));
    }

    private static IEnumerable<string> Seen(IncidentNotice notice, Voice voice)
    {
        if (notice.IsOver || notice.Incident.Summary.Length == 0)
            yield break;
        var seen = notice.Incident.Summary;
        var end = seen.Length <= SeenBound ? seen.Length : char.IsHighSurrogate(seen[SeenBound - 1]) ? SeenBound - 1 : SeenBound;
        yield return voice.Of("Seen: ", "现象：") + seen[..end] + (end < seen.Length ? " ..." : "");
    }

    private static IEnumerable<string> Evidence(Incident incident, Voice voice) =>
        incident.Bundles.Count == 0 ? [] : [voice.Of("Evidence: ", "证据：") + incident.Bundles[^1]];

    private static string Tried(Incident incident, Voice voice) => string.Join(voice.Of(", ", "、"), incident.Attempts.Select(rung => voice.Of(rung switch
    {
        Rung.Engine => new("restart of the engine", "重启引擎"),
        Rung.Orphans => new("clearing of leftovers and restart of the engine", "清理残留进程并重启引擎"),
        Rung.Chip => new("reset of the chip", "复位芯片"),
        Rung.Driver => new("restart of the driver", "重启驱动"),
        _ => new LocalText(Words.Of(rung), Words.Of(rung)),
    })));

    // "The engine hangs" goes on behind a colon; NPU and /dev/shm stay.
    private static string Lower(string text) =>
        text.Length > 1 && char.IsAsciiLetterUpper(text[0]) && !char.IsAsciiLetterUpper(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
}
