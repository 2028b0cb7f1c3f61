namespace Agent.Reports.Health;

/// <summary>Slow trends: charts where the format has them, and one line each where it has none.</summary>
internal sealed class HealthTrends(HealthDocument document, HealthWords words)
{
    public IEnumerable<Block> Blocks()
    {
        yield return new Heading(words.Of("Trends", "趋势"));
        var shown = document.Charts.Where(c => c.Points.Count > 0).ToList();
        var still = document.Charts.Where(c => c.Counts && c.Points.Count == 0).ToList();
        if (shown.Count == 0 && document.Starts.Count == 0 && still.Count == 0)
        {
            yield return new Paragraph(words.Of("Nothing was measured.", "没有测量数据。"));
            yield break;
        }

        if (shown.Count > 0)
        {
            yield return new Charts([.. shown.Select(Drawn)]);
            yield return new Grid(
                [
                    words.Of("figure", "指标"), words.Of("most", "最高值"), words.Of("of", "对象"), words.Of("mean", "平均"), words.Of("least", "最低值"),
                    words.Of("mean before", "上一周期平均"),
                ],
                [.. shown.Where(c => !c.Counts).Select(Row)]);
        }

        List<string> lines = [.. shown.Where(c => c.Counts).Select(Risen)];
        if (still.Count > 0)
            lines.Add(words.Of($"Did not rise: {string.Join(", ", still.Select(c => Lower(c.Title.English)))}.",
                $"没有增加：{string.Join("、", still.Select(c => c.Title.Chinese))}。"));
        lines.AddRange(document.Starts.Select(Started));
        if (lines.Count > 0)
            yield return new Bullets(lines);
    }

    private Chart Drawn(ChartDocument chart)
    {
        var title = Title(chart) + (chart.Counts ? words.Of(" (rise)", "（增量）") : chart.Unit.Length > 0 ? $" ({chart.Unit})" : "");
        var (least, most) = (Value(chart, chart.Points.Min(p => p.Least)), Value(chart, chart.Points.Max(p => p.Most)));
        return new Chart(title, words.Of($"{title}: from {least} to {most}, last {Value(chart, chart.Points[^1].Mean)}",
            $"{title}：{least} 至 {most}，最新 {Value(chart, chart.Points[^1].Mean)}"), chart.Points, document.From, document.To,
            words.Short(document.From), words.Short(document.To));
    }

    private IReadOnlyList<string> Row(ChartDocument chart)
    {
        var highest = chart.Rows.MaxBy(r => r.Most)!;
        var before = chart.Rows.Select(r => r.Before).OfType<double>().ToList();
        return
        [
            Title(chart), Value(chart, highest.Most), words.Subject(highest.Subject), Value(chart, chart.Rows.Average(r => r.Mean)),
            Value(chart, chart.Rows.Min(r => r.Least)), before.Count > 0 ? Value(chart, before.Average()) : "-",
        ];
    }

    private string Risen(ChartDocument chart)
    {
        var rows = string.Join(words.Of(", ", "，"), chart.Rows.Where(r => r.Rise > 0).OrderByDescending(r => r.Rise)
            .Select(r => $"{words.Subject(r.Subject)} +{words.Number(r.Rise!.Value)}{Before(r)}"));
        return words.Of($"{chart.Title.English}: {rows}.", $"{chart.Title.Chinese}：{rows}。");
    }

    private string Before(ChartRow row) => row.Before is { } before ? words.Of($" (before: +{words.Number(before)})", $"（上一周期 +{words.Number(before)}）") : "";

    private string Started(StartFigures start)
    {
        var (n, median, longest) = (words.Number(start.N), words.Seconds(start.MedianSeconds), words.Seconds(start.LongestSeconds));
        var before = start.BeforeMedianSeconds is { } seconds ? words.Of($"; before: {words.Seconds(seconds)}", $"；上一周期 {words.Seconds(seconds)}") : "";
        return start.N == 1
            ? words.Of($"Start time of {start.Engine}: {median} (1 start{before}).", $"{start.Engine} 启动时间：{median}（1 次{before}）。")
            : words.Of($"Start time of {start.Engine}: median {median}, longest {longest} ({n} starts{before}).",
                $"{start.Engine} 启动时间：中位数 {median}，最长 {longest}（{n} 次{before}）。");
    }

    private string Title(ChartDocument chart) => chart.Subject == ChartDocument.Chips ? words.Of(chart.Title)
        : words.Of($"{chart.Subject}: {Lower(chart.Title.English)}", $"{chart.Subject}：{chart.Title.Chinese}");

    private string Value(ChartDocument chart, double value) =>
        words.Number(Math.Round(value, Math.Abs(value) < 10 ? 1 : 0)) + (chart.Unit.Length > 0 ? " " + chart.Unit : "");

    // "KV cache" stays.
    private static string Lower(string text) => text.Length > 1 && char.IsAsciiLetterUpper(text[1]) ? text : char.ToLowerInvariant(text[0]) + text[1..];
}
