using System.Globalization;
using Agent.Adapters.VllmHttp;

namespace Agent.Engines.Throughput;

/// <summary>Figures of speed for people. Quantiles have the bounds of their bucket.</summary>
internal static class ThroughputText
{
    private static readonly (string Name, double Share)[] Quantiles = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

    public static string Of(ThroughputFigures figures, double? usual)
    {
        var rate = string.Create(CultureInfo.InvariantCulture, $"{figures.GenerationTokensPerSecond:0.#} tokens/s");
        var load = figures.Band is { } band ? $" with {band} running" : "";
        var share = usual > 0 ? string.Create(CultureInfo.InvariantCulture, $", usually {usual:0.#}") : "";
        var latencies = Latencies(figures).Select(l => Latency(l.Name, l.Times)).OfType<string>();
        return string.Join("; ", latencies.Prepend(rate + load + share));
    }

    /// <summary>Values by name, in seconds: quantiles, and the bounds of the bucket that holds the largest one.</summary>
    public static Dictionary<string, double> Measures(ThroughputFigures figures, double? usual)
    {
        Dictionary<string, double> measures = new(StringComparer.Ordinal)
        {
            ["generation_tokens_per_second"] = figures.GenerationTokensPerSecond,
            ["prompt_tokens_per_second"] = figures.PromptTokensPerSecond,
        };
        if (usual is { } known)
            measures["usual_generation_tokens_per_second"] = known;
        foreach (var (name, _, times) in Latencies(figures))
        {
            foreach (var (quantile, share) in Quantiles)
            {
                if (times?.Quantile(share) is not { } found)
                    continue;
                measures[$"{name}_{quantile}_seconds"] = found.Value;
                if (quantile != "p99")
                    continue;
                measures[$"{name}_p99_from_seconds"] = found.From;
                if (double.IsFinite(found.To))
                    measures[$"{name}_p99_to_seconds"] = found.To;
            }
        }

        return measures;
    }

    private static IEnumerable<(string Measure, string Name, LatencyHistogram? Times)> Latencies(ThroughputFigures figures) =>
    [
        ("time_to_first_token", "first token", figures.FirstToken),
        ("inter_token_latency", "between tokens", figures.BetweenTokens),
        ("request_latency", "whole request", figures.WholeRequest),
    ];

    private static string? Latency(string name, LatencyHistogram? times)
    {
        if (times is null || times.Count == 0)
            return null;
        var quantiles = Quantiles.Select(q => (q.Name, Found: times.Quantile(q.Share))).Where(q => q.Found is not null).Select(q =>
            $"{q.Name} {Seconds(q.Found!.Value)} ({Seconds(q.Found.From)}-{(double.IsPositiveInfinity(q.Found.To) ? "" : Seconds(q.Found.To))})").ToList();
        return quantiles.Count > 0 ? $"{name} {string.Join(", ", quantiles)} s" : $"{name} {Seconds(times.Mean)} s on average";
    }

    private static string Seconds(double seconds) => seconds.ToString(seconds < 0.1 ? "0.####" : "0.##", CultureInfo.InvariantCulture);
}
