using System.Globalization;
using Agent.Domain.Incidents;

namespace Agent.Notifications.Texts;

/// <summary>Several notices as one message: what is open first, each incident once, with how it stands now.</summary>
internal static class DigestText
{
    public static NoticeText Of(Digest digest, Voice voice)
    {
        List<IncidentNotice> newest = [.. digest.Notices.GroupBy(n => n.Incident.Id, StringComparer.Ordinal).Select(g => g.Last())];
        List<IncidentNotice> open = [.. newest.Where(n => !n.IsOver)];
        var persons = open.Count(n => n.Kind == NoticeKind.HandedOver);
        var (all, still, wanted) = (Number(newest.Count), Number(open.Count), Number(persons));
        var title = voice.Join(
            voice.Of($"{voice.Host}: {all} incidents in one message, {still} not over.", $"{voice.Host}：汇总 {all} 个事件，{still} 个未结束。"),
            persons == 0 ? "" : voice.Of(persons == 1 ? "1 wants a person." : $"{wanted} want a person.", $"{wanted} 个需要人工处理。"));
        var tone = open.Count == 0 ? Tone.Good : open.Select(n => NoticeText.ToneOf(n.Fault.Severity)).Min();
        var last = voice.Of("Times are UTC. More: npu-agent incidents list", "时间为 UTC。详情：npu-agent incidents list");
        return new(title, tone, [.. open.Concat(newest.Except(open)).Select(n => Line(n, voice)), last]);
    }

    private static string Line(IncidentNotice notice, Voice voice) =>
        $"{notice.At.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture)} {IncidentText.Line(notice, voice)} ({notice.Incident.Id})";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
