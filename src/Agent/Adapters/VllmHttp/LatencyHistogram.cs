using System.Globalization;

namespace Agent.Adapters.VllmHttp;

/// <summary>A quantile from buckets: the value is interpolated, and only the bounds of its bucket are certain.</summary>
internal sealed record BucketQuantile(double Value, double From, double To);

/// <summary>A histogram of vLLM as bounds and cumulative counts, summed over engines.</summary>
internal sealed record LatencyHistogram(IReadOnlyList<double> Bounds, IReadOnlyList<double> Counts, double Sum)
{
    public double Count => Counts.Count == 0 ? 0 : Counts[^1];

    public double Mean => Count > 0 ? Sum / Count : 0;

    /// <param name="samples">The samples of a metrics page.</param>
    /// <param name="names">The names of one series in several versions; the first that is there counts.</param>
    /// <returns>Null when the page has none of them.</returns>
    public static LatencyHistogram? Of(IReadOnlyList<ExpositionSample> samples, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            var counts = samples
                .Where(s => s.Name == name + "_bucket")
                .GroupBy(s => Bound(s.Labels.GetValueOrDefault("le")))
                .Where(g => !double.IsNaN(g.Key))
                .OrderBy(g => g.Key)
                .Select(g => (Bound: g.Key, Count: g.Sum(s => s.Value)))
                .ToList();
            if (counts.Count > 0 && counts.TrueForAll(c => double.IsFinite(c.Count)))
                return new LatencyHistogram([.. counts.Select(c => c.Bound)], [.. counts.Select(c => c.Count)], samples.Where(s => s.Name == name + "_sum")
                    .Sum(s => s.Value));
        }

        return null;
    }

    /// <summary>The observations since an earlier scrape. If counts fell, the engine was restarted, and they begin anew.</summary>
    public LatencyHistogram Since(LatencyHistogram? earlier)
    {
        if (earlier is null || !Bounds.SequenceEqual(earlier.Bounds) || Counts.Zip(earlier.Counts).Any(c => c.First < c.Second))
            return this;
        return new LatencyHistogram(Bounds, [.. Counts.Zip(earlier.Counts, (now, then) => now - then)], Sum - earlier.Sum);
    }

    /// <returns>Null when less than one observation lies beyond the quantile: such a quantile says nothing.</returns>
    public BucketQuantile? Quantile(double share)
    {
        // 100 observations and a share of 0.99 leave exactly one. In binary fractions the result is a little less.
        if (Count * (1 - share) < 1 - 1e-9)
            return null;
        var rank = share * Count;
        var at = Enumerable.Range(0, Counts.Count).FirstOrDefault(i => Counts[i] >= rank, Counts.Count - 1);
        var from = at == 0 ? 0 : Bounds[at - 1];
        if (double.IsPositiveInfinity(Bounds[at]))
            return new BucketQuantile(from, from, double.PositiveInfinity);
        var below = at == 0 ? 0 : Counts[at - 1];
        return new BucketQuantile(from + ((Bounds[at] - from) * (rank - below) / (Counts[at] - below)), from, Bounds[at]);
    }

    /// <returns>Not a number when the text is no number.</returns>
    private static double Bound(string? text) =>
        text == "+Inf" ? double.PositiveInfinity : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) ? bound : double.NaN;
}
