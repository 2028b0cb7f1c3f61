using Agent.Domain;

namespace Agent.Reports.Health;

/// <summary>A report in the few lines that a chat has room for.</summary>
internal static class HealthSummary
{
    private const int MostLines = 5;

    public static string Title(HealthDocument document, Language language)
    {
        var words = Words(document, language);
        var kind = words.Of(KindOf(document));
        return words.Of($"{document.Host}: {kind}. {document.Verdict.Text.English}", $"{document.Host}：{kind}。{document.Verdict.Text.Chinese}");
    }

    /// <summary>As it stands in a sentence.</summary>
    public static LocalText KindOf(HealthDocument document) => document.Kind switch
    {
        "daily" => new("daily health report", "每日健康报告"),
        "weekly" => new("weekly health report", "每周健康报告"),
        "monthly" => new("monthly health report", "每月健康报告"),
        _ => new("health report", "健康报告"),
    };

    public static IReadOnlyList<string> Lines(HealthDocument document, Language language)
    {
        var words = Words(document, language);
        List<string> lines =
        [
            words.Of($"{words.Time(document.From)} to {words.Time(document.To)} ({words.Zone})",
                $"{words.Time(document.From)} 至 {words.Time(document.To)}（{words.Zone}）"),
            .. document.NeedsPerson.Take(MostLines).Select(p => words.Of(
                $"To do: {words.Subject(p.Subject)}, {p.Title.English} ({p.Incident}). {p.ToDo.English}",
                $"应做：{words.Subject(p.Subject)}，{p.Title.Chinese}（{p.Incident}）。{p.ToDo.Chinese}")),
        ];
        if (document.NeedsPerson.Count - MostLines is > 0 and var more)
            lines.Add(words.Of($"... and {words.Number(more)} more", $"……另有 {words.Number(more)} 个"));
        lines.AddRange(document.Claims.Take(MostLines).Select(c => words.Of(
            $"Chip {c.Chip} had {words.Number(c.Incidents.Count)} faults of its hardware: claim a replacement.",
            $"芯片 {c.Chip} 发生 {words.Number(c.Incidents.Count)} 次硬件故障，建议申请更换。")));
        lines.AddRange(document.Availability.Where(a => words.IsEngine(a.Subject)).Select(a => Engine(a, words)));
        var (all, recovered, open) = (words.Number(document.Confirmed), words.Number(document.RecoveredByAgent), words.Number(document.NotOver));
        lines.Add(words.Of($"Incidents: {all}, of these recovered by the agent {recovered}, not over {open}",
            $"事件 {all} 个，其中由代理恢复 {recovered} 个，未结束 {open} 个"));
        return lines;
    }

    private static string Engine(AvailabilityDocument engine, HealthWords words)
    {
        var unseen = words.Seconds(engine.UnknownSeconds);
        var unknown = engine.UnknownSeconds > 0 ? words.Of($", unknown {unseen}", $"，未知 {unseen}") : "";
        var wanted = engine.ErrorBudget is { } budget ? words.Percent(budget.Objective) : null;
        var objective = wanted is null ? "" : words.Of($" (objective {wanted})", $"（目标 {wanted}）");
        var (name, available, lost) = (engine.Subject[7..], words.Percent(engine.Availability), words.Seconds(engine.LostSeconds));
        return words.Of($"{name}: available {available}{objective}, lost {lost}{unknown}", $"{name}：可用率 {available}{objective}，中断 {lost}{unknown}");
    }

    private static HealthWords Words(HealthDocument document, Language language) => new(language, TimeSpan.FromMinutes(document.UtcOffsetMinutes));
}
