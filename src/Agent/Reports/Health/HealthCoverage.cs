namespace Agent.Reports.Health;

/// <summary>What nobody saw: times without an agent, before the first record, and looks that came to nothing. What is unknown is not well.</summary>
internal sealed class HealthCoverage(HealthDocument document, HealthWords words)
{
    private const double MostShare = 0.05;

    /// <summary>An agent needs a moment to take up its engines, and writes its ledger once a minute.</summary>
    private static readonly TimeSpan Nil = TimeSpan.FromMinutes(5);

    public IEnumerable<Block> Blocks()
    {
        yield return new Heading(words.Of("What could not be looked at", "未能探测的内容"));
        List<string> lines = [];
        if (document.AgentAwaySeconds > 0)
            lines.Add(words.Of($"No agent ran for {words.Seconds(document.AgentAwaySeconds)}.", $"代理未运行：{words.Seconds(document.AgentAwaySeconds)}。"));
        if (BeforeRecords > Most)
            lines.Add(document.RecordsSince >= document.To
                ? words.Of($"There are no records of this period; they begin at {words.Time(document.RecordsSince!.Value)}.",
                    $"本周期没有记录，记录始于 {words.Time(document.RecordsSince!.Value)}。")
                : words.Of($"There are records since {words.Time(document.RecordsSince!.Value)} only.",
                    $"自 {words.Time(document.RecordsSince!.Value)} 起才有记录。"));
        if (document.Availability.MaxBy(a => a.UnknownSeconds) is { } least
            && least.UnknownSeconds - BeforeRecords.TotalSeconds - document.AgentAwaySeconds > Most.TotalSeconds)
            lines.Add(words.Of($"{words.Subject(least.Subject)}: nothing is known of {words.Seconds(least.UnknownSeconds)}.",
                $"{words.Subject(least.Subject)}：{words.Seconds(least.UnknownSeconds)} 状态未知。"));
        lines.AddRange(document.Gaps.Select(g => words.Of(
            $"{words.Subject(g.Subject)}, probe {g.Probe}: {words.Seconds(g.Seconds)} without an answer ({words.Number(g.Missed)} looks).",
            $"{words.Subject(g.Subject)}，探测 {g.Probe}：{words.Seconds(g.Seconds)} 未得到结果（{words.Number(g.Missed)} 次）。")));
        if (lines.Count > 0)
            yield return new Bullets(lines);
        if (document.Gaps.Count > 0 && Counted < document.To)
            yield return new Paragraph(words.Of($"Looks are counted up to {words.Time(Counted)}; later ones count in the next report.",
                $"统计截至 {words.Time(Counted)}，此后的探测计入下一份报告。"));
        if (lines.Count == 0)
            yield return new Paragraph(Whole());
    }

    /// <summary>Looks are counted by whole hours: those of an hour that is not over are in the next report.</summary>
    private DateTimeOffset Counted => HourOf(document.To);

    private string Whole()
    {
        if (document.Availability.Count == 0 && document.Charts.Count == 0)
            return words.Of("There is no record of what was looked at.", "没有探测记录。");
        if (Counted <= HourOf(document.From))
            return words.Of("Looks are counted when an hour is over, and none is over in this period.", "探测按整点统计，本周期内没有完整的小时。");
        return Counted < document.To
            ? words.Of($"Every probe got its answers up to {words.Time(Counted)}; later looks count in the next report.",
                $"截至 {words.Time(Counted)} 所有探测均正常，此后的探测计入下一份报告。")
            : words.Of("Every probe got its answers.", "所有探测均正常。");
    }

    private static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    private TimeSpan Most => TimeSpan.FromTicks(Math.Min(Nil.Ticks, (long)((document.To - document.From).Ticks * MostShare)));

    private TimeSpan BeforeRecords => document.RecordsSince is { } since && since > document.From
        ? (since < document.To ? since : document.To) - document.From : TimeSpan.Zero;
}
