using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Storage;

namespace Agent.Reports.Health;

/// <summary>A slow trend: one figure over the window, of one engine or of all chips together.</summary>
/// <param name="Subject">The engine; <c>chips</c> for all chips.</param>
/// <param name="Name">As probes name it.</param>
/// <param name="Unit">Values are in it: percent where a ratio is measured.</param>
/// <param name="Counts">Values are the rise since the window began, all chips added up.</param>
/// <param name="Points">Empty for a count that did not rise.</param>
/// <param name="Rows">Subject by subject.</param>
internal sealed record ChartDocument(string Subject, string Name, LocalText Title, string Unit, bool Counts, IReadOnlyList<ChartPoint> Points,
    IReadOnlyList<ChartRow> Rows)
{
    public const string Chips = "chips";

    /// <param name="lines">Figures of the window.</param>
    /// <param name="before">Of the window before.</param>
    public static IReadOnlyList<ChartDocument> Of(IReadOnlyList<MeasureLine> lines, IReadOnlyList<MeasureLine> before) =>
    [
        .. from measure in KeptMeasure.All
           from chart in Of(measure, [.. lines.Where(l => l.Subject.Kind == measure.On && l.Name == measure.Name && l.Points.Count > 0)], before)
           select chart,
    ];

    private static IEnumerable<ChartDocument> Of(KeptMeasure measure, List<MeasureLine> lines, IReadOnlyList<MeasureLine> before)
    {
        lines.Sort((a, b) => string.CompareOrdinal(HealthPeriod.Sorted(a.Subject), HealthPeriod.Sorted(b.Subject)));
        if (measure.On == SubjectKind.Engine)
            return lines.Select(l => Chart(measure, l.Subject.Id, [l], before));
        return lines.Count == 0 ? [] : [Chart(measure, Chips, lines, before)];
    }

    private static ChartDocument Chart(KeptMeasure measure, string subject, IReadOnlyList<MeasureLine> lines, IReadOnlyList<MeasureLine> before)
    {
        List<ChartRow> rows = [.. lines.Select(l => ChartRow.Of(measure, l, before.FirstOrDefault(b => b.Subject == l.Subject && b.Name == l.Name)))];
        var points = !measure.Counts ? Together(measure, lines) : rows.Exists(r => r.Rise > 0) ? Risen(lines) : [];
        return new ChartDocument(subject, measure.Name, measure.Title, measure.Unit, measure.Counts, points, rows);
    }

    private static IReadOnlyList<ChartPoint> Together(KeptMeasure measure, IReadOnlyList<MeasureLine> lines) =>
    [
        .. from point in lines.SelectMany(l => l.Points)
           group point by point.At into points
           orderby points.Key
           select new ChartPoint(points.Key, Round(points.Min(p => p.Least) * measure.Scale), Round(points.Average(p => p.Mean) * measure.Scale),
               Round(points.Max(p => p.Most) * measure.Scale)),
    ];

    private static IReadOnlyList<ChartPoint> Risen(IReadOnlyList<MeasureLine> lines)
    {
        var rises = lines.SelectMany(l => l.Points.Zip(Rises(l.Points))).ToList();
        var sum = 0.0;
        return [.. from point in rises
                   group point.Second by point.First.At into rise
                   orderby rise.Key
                   let now = sum += rise.Sum()
                   select new ChartPoint(rise.Key, now, now, now)];
    }

    /// <summary>How much each point is above the one before. A device that counts anew after a reset has risen by what it counts.</summary>
    internal static IReadOnlyList<double> Rises(IReadOnlyList<MeasurePoint> points)
    {
        List<double> rises = [];
        double? last = null;
        foreach (var point in points)
        {
            // Within a point, counts go from the least to the most; a reset within it is not seen.
            rises.Add(last is null || point.Least < last ? last is null ? point.Most - point.Least : point.Most : point.Most - last.Value);
            last = point.Most;
        }

        return rises;
    }

    internal static double Round(double value) => Math.Round(value, 2);
}

internal sealed record ChartPoint(DateTimeOffset At, double Least, double Mean, double Most);

/// <param name="Rise">Of a count, over the window; null: it is no count.</param>
/// <param name="Before">The mean, or the rise, of the window before; null: there are no records.</param>
internal sealed record ChartRow(string Subject, double Least, double Mean, double Most, double? Rise, double? Before)
{
    public static ChartRow Of(KeptMeasure measure, MeasureLine line, MeasureLine? before) => new(
        line.Subject.ToString(),
        ChartDocument.Round(line.Points.Min(p => p.Least) * measure.Scale),
        ChartDocument.Round(line.Points.Average(p => p.Mean) * measure.Scale),
        ChartDocument.Round(line.Points.Max(p => p.Most) * measure.Scale),
        measure.Counts ? ChartDocument.Rises(line.Points).Sum() : null,
        before is not { Points.Count: > 0 } ? null
            : measure.Counts ? ChartDocument.Rises(before.Points).Sum() : ChartDocument.Round(before.Points.Average(p => p.Mean) * measure.Scale));
}
