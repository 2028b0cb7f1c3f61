using System.Globalization;

namespace Agent.Adapters.VllmHttp;

/// <summary>A quantile out of buckets: interpolated, and sure only to lie between the bounds of its bucket.</summary>
internal sealed record BucketQuantile(double Value, double From, double To);

/// <summary>A histogram of vLLM as bounds and cumulative counts, summed over engines.</summary>
internal sealed record LatencyHistogram(IReadOnlyList<double> Bounds, IReadOnlyList<double> Counts, double Sum)
{
    public double Count => Counts.Count == 0 ? 0 : Counts[^1];

    public double Mean => Count > 0 ? Sum / Count : 0;

    /// <param name="samples">Of a metrics page.</param>
    /// <param name="names">Of one thing in several versions; the first that is there counts.</param>
    /// <returns>Null where the page has none.</returns>
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
                return new LatencyHistogram([.. counts.Select(c => c.Bound)], [.. counts.Select(c => c.Count)], samples.Where(s => s.Name == name + "_sum").Sum(s => s.Value));
        }

        return null;
    }

    /// <summary>What came since an earlier scrape. Counts that fell begin anew: the engine was restarted.</summary>
    public LatencyHistogram Since(LatencyHistogram? earlier)
    {
        if (earlier is null || !Bounds.SequenceEqual(earlier.Bounds) || Counts.Zip(earlier.Counts).Any(c => c.First < c.Second))
            return this;
        return new LatencyHistogram(Bounds, [.. Counts.Zip(earlier.Counts, (now, then) => now - then)], Sum - earlier.Sum);
    }

    /// <returns>Null when fewer than one observation lies beyond it: such a quantile says nothing.</returns>
    public BucketQuantile? Quantile(double share)
    {
        // A hundred observations and a share of 0.99 leave one, but not in binary fractions.
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

    /// <returns>Not a number when it is none.</returns>
    private static double Bound(string? text) =>
        text == "+Inf" ? double.PositiveInfinity : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var bound) ? bound : double.NaN;
}
