using System.Globalization;
using System.Text;

namespace Agent.Reports.Health;

/// <summary>
/// A small chart: the band from least to most, the line of the mean, the ends of both axes. Where nothing was measured there is nothing to see: no line
/// leads over a gap.
/// </summary>
internal static class SvgChart
{
    private const double Width = 320;
    private const double Height = 110;
    private const double Left = 40;
    private const double Right = 4;
    private const double Top = 8;
    private const double Bottom = 18;

    public static string Write(Chart chart)
    {
        var (least, most) = Scale(chart.Points);
        var svg = new StringBuilder();
        svg.Append($"<svg viewBox=\"0 0 {N(Width)} {N(Height)}\" role=\"img\"><title>{PageHtml.Encode(chart.Spoken)}</title>");
        svg.Append($"<path class=\"axis\" d=\"M{N(Left)} {N(Top)}V{N(Height - Bottom)}H{N(Width - Right)}\" fill=\"none\"/>");
        Label(svg, Left - 4, Top + 4, "end", Short(most));
        Label(svg, Left - 4, Height - Bottom, "end", Short(least));
        Label(svg, Left, Height - 4, "start", chart.Begin);
        Label(svg, Width - Right, Height - 4, "end", chart.End);
        foreach (var run in Runs(chart.Points))
        {
            if (run.Exists(p => p.Most > p.Least))
                svg.Append($"<path class=\"band\" d=\"M{Path(run, p => p.Most)}L{Path([.. Enumerable.Reverse(run)], p => p.Least)}Z\"/>");
            // A point without neighbours is a dot.
            svg.Append($"<path class=\"line\" d=\"M{Path(run, p => p.Mean)}{(run.Count == 1 ? "h.1" : "")}\"/>");
        }

        return svg.Append("</svg>").ToString();

        string Path(IReadOnlyList<ChartPoint> run, Func<ChartPoint, double> value) => string.Join('L', run.Select(p => $"{N(X(p.At))} {N(Y(value(p)))}"));

        double X(DateTimeOffset at) => Left + (Math.Clamp((at - chart.From) / (chart.To - chart.From), 0, 1) * (Width - Left - Right));

        double Y(double value) => Height - Bottom - ((value - least) / (most - least) * (Height - Top - Bottom));
    }

    /// <summary>From zero where that hides nothing.</summary>
    internal static (double Least, double Most) Scale(IReadOnlyList<ChartPoint> points)
    {
        var (least, most) = (points.Min(p => p.Least), points.Max(p => p.Most));
        if (least >= 0 && least < most / 2)
            least = 0;
        return most - least > 1e-9 ? (least, most) : (least - 1, most + 1);
    }

    /// <summary>Points that follow each other. The usual distance is the median; twice as far is a gap.</summary>
    internal static IReadOnlyList<List<ChartPoint>> Runs(IReadOnlyList<ChartPoint> points)
    {
        List<TimeSpan> distances = [.. points.Zip(points.Skip(1), (a, b) => b.At - a.At).Order()];
        var usual = distances.Count > 0 ? distances[distances.Count / 2] : TimeSpan.Zero;
        List<List<ChartPoint>> runs = [];
        foreach (var point in points)
        {
            if (runs.Count == 0 || point.At - runs[^1][^1].At > 2 * usual)
                runs.Add([]);
            runs[^1].Add(point);
        }

        return runs;
    }

    private static void Label(StringBuilder svg, double x, double y, string anchor, string text) =>
        svg.Append($"<text x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\">{PageHtml.Encode(text)}</text>");

    private static string Short(double value) => Math.Abs(value) switch
    {
        >= 1e6 => (value / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + "M",
        >= 1e4 => (value / 1e3).ToString("0.#", CultureInfo.InvariantCulture) + "k",
        >= 10 => value.ToString("0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
