using System.Globalization;

namespace Agent.Adapters.VllmHttp;

/// <summary>
/// vLLM's counters, summed over engines (data-parallel ranks). Null where the exposition has no such series: absent is not
/// zero (--disable-log-stats leaves /metrics without any).
/// </summary>
internal sealed record EngineCounters(double? Running, double? Waiting, double? GenerationTokens, double? PromptTokens, double? Iterations, double? KvCacheUsage)
{
    /// <summary>Enough to see whether the engine gets on.</summary>
    public bool CanTell => GenerationTokens is not null && PromptTokens is not null;

    public bool HasWork => Running > 0 || Waiting > 0;

    /// <summary>Whether any counter differs: a smaller one means a restart, which is movement too.</summary>
    public bool MovedFrom(EngineCounters earlier) =>
        (GenerationTokens, PromptTokens, Iterations) != (earlier.GenerationTokens, earlier.PromptTokens, earlier.Iterations);

    // Names differ between versions: kv_cache_usage_perc was gpu_cache_usage_perc, the engine
    // label came in 2025, label order varies. iteration_tokens_total is a histogram in spite of its name.
    public static EngineCounters Parse(string exposition)
    {
        Dictionary<string, double> sums = new(StringComparer.Ordinal);
        foreach (var line in exposition.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith("vllm:", StringComparison.Ordinal))
                continue;
            var nameEnd = line.IndexOfAny('{', ' ');
            var valueStart = line.LastIndexOf('}') is >= 0 and var brace ? brace + 1 : nameEnd;
            if (nameEnd < 0 || valueStart < 0)
                continue;
            // A time stamp may follow the value.
            var rest = line[valueStart..].Trim();
            var space = rest.IndexOf(' ');
            if (double.TryParse(space < 0 ? rest : rest[..space], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
                sums[line[..nameEnd].ToString()] = sums.GetValueOrDefault(line[..nameEnd].ToString()) + value;
        }

        return new EngineCounters(
            Sum("vllm:num_requests_running"),
            Sum("vllm:num_requests_waiting"),
            Sum("vllm:generation_tokens_total"),
            Sum("vllm:prompt_tokens_total"),
            Sum("vllm:iteration_tokens_total_count"),
            Sum("vllm:kv_cache_usage_perc") ?? Sum("vllm:gpu_cache_usage_perc"));

        double? Sum(string name) => sums.TryGetValue(name, out var value) ? value : null;
    }
}
