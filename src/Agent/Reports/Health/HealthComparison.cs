using System.Globalization;

namespace Agent.Reports.Health;

/// <summary>The window beside the one before it.</summary>
internal sealed class HealthComparison(HealthDocument document, HealthWords words)
{
    public IEnumerable<Block> Blocks()
    {
        yield return new Heading(words.Of("Compared with the period before", "与上一周期对比"));
        if (document.Before is not { } before)
        {
            yield return new Paragraph(words.Of("There are no records of the period before.", "上一周期没有记录。"));
            yield break;
        }

        var engines = document.Availability.Where(a => words.IsEngine(a.Subject)).ToList();
        yield return new Grid(
            ["", words.Of("this period", "本周期"), words.Of("before", "上一周期"), words.Of("change", "变化")],
            [
                Counted(words.Of("confirmed incidents", "已确认事件"), document.Confirmed, before.Confirmed),
                Counted(words.Of("recovered by the agent", "由代理恢复"), document.RecoveredByAgent, before.RecoveredByAgent),
                Timed(words.Of("lost service", "服务中断"), engines.Sum(e => e.LostSeconds), before.LostSeconds),
                Timed(words.Of("unknown time", "未知时间"), engines.Select(e => e.UnknownSeconds).DefaultIfEmpty().Max(), before.UnknownSeconds),
                Timed(words.Of("median time to recover", "恢复时间中位数"), document.MedianSecondsToRecover, before.MedianSecondsToRecover),
                .. engines.Select(e => Available(e, before.Availability.FirstOrDefault(b => b.Subject == e.Subject)?.Availability)),
            ]);
    }

    private IReadOnlyList<string> Counted(string name, int now, int before) =>
        [name, words.Number(now), words.Number(before), now == before ? "=" : (now > before ? "+" : "") + words.Number(now - before)];

    private IReadOnlyList<string> Timed(string name, double? now, double? before) =>
    [
        name, now is { } a ? words.Seconds(a) : "-", before is { } b ? words.Seconds(b) : "-",
        now is null || before is null ? "-" : now == before ? "=" : (now > before ? "+" : "") + words.Seconds(now.Value - before.Value),
    ];

    private IReadOnlyList<string> Available(AvailabilityDocument engine, double? before)
    {
        var change = engine.Availability is { } a && before is { } b ? Math.Round((a - b) * 100, 3) : (double?)null;
        return
        [
            words.Of($"availability of {engine.Subject[7..]}", $"{engine.Subject[7..]} 可用率"), words.Percent(engine.Availability), words.Percent(before),
            change is not { } points ? "-" : points == 0 ? "=" : points.ToString("+0.###;-0.###", CultureInfo.InvariantCulture) + " %",
        ];
    }
}
