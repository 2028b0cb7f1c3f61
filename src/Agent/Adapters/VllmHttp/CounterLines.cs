namespace Agent.Adapters.VllmHttp;

/// <summary>
/// Reads counters out of the text of /metrics of any version. kv_cache_usage_perc was gpu_cache_usage_perc, the label engine came in 2025, and the
/// reason of waiting in 2026. iteration_tokens_total is a histogram in spite of its name.
/// </summary>
internal static class CounterLines
{
    private const string Running = "vllm:num_requests_running";
    private const string Waiting = "vllm:num_requests_waiting";
    private const string WaitingByReason = "vllm:num_requests_waiting_by_reason";
    private const string Generation = "vllm:generation_tokens_total";
    private const string Prompt = "vllm:prompt_tokens_total";
    private const string Iterations = "vllm:iteration_tokens_total_count";
    private const string SleepState = "vllm:engine_sleep_state";
    private const string KvCache = "vllm:kv_cache_usage_perc";
    private const string FormerKvCache = "vllm:gpu_cache_usage_perc";

    private const int MostRanks = 1000;

    // The first of these that is there tells when the counting process began.
    private static readonly string[] Births = ["process_start_time_seconds", "vllm:generation_tokens_created", "vllm:iteration_tokens_total_created"];

    private static readonly string[] Families = [Running, Waiting, Generation, Prompt, Iterations, SleepState, KvCache, FormerKvCache, .. Births];

    public static EngineCounters Read(string exposition)
    {
        var samples = Exposition.Samples(exposition, Families).ToLookup(s => s.Name, StringComparer.Ordinal);
        var deferred = samples[WaitingByReason].Where(s => s.Labels.GetValueOrDefault("reason") == "deferred").ToList();
        return new EngineCounters(Sum(samples[Running]), Sum(samples[Waiting]), Sum(samples[Generation]), Sum(samples[Prompt]), Sum(samples[Iterations]),
            Fullest(samples[KvCache]) ?? Fullest(samples[FormerKvCache]))
        {
            Deferred = Sum(deferred),
            Born = Births.Select(b => Fullest(samples[b])).FirstOrDefault(b => b is not null),
            IsAsleep = samples[SleepState].Any(s => s.Labels.GetValueOrDefault("sleep_state") == "awake" && s.Value == 0),
            Ranks = Ranks(samples),
        };
    }

    private static IReadOnlyList<RankCounters> Ranks(ILookup<string, ExpositionSample> samples)
    {
        var (running, generation, prompt, iterations) = (ByRank(Running), ByRank(Generation), ByRank(Prompt), ByRank(Iterations));
        return [.. running.Keys.Order(StringComparer.Ordinal).Take(MostRanks)
            .Select(r => new RankCounters(r, running[r] ?? 0, generation.GetValueOrDefault(r), prompt.GetValueOrDefault(r), iterations.GetValueOrDefault(r)))];

        Dictionary<string, double?> ByRank(string name) => samples[name].GroupBy(Rank, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, Sum, StringComparer.Ordinal);
    }

    private static string Rank(ExpositionSample sample) => sample.Labels.GetValueOrDefault("engine", "");

    private static double? Sum(IEnumerable<ExpositionSample> samples) => samples.Aggregate((double?)null, (sum, s) => (sum ?? 0) + s.Value) is { } sum
        && double.IsFinite(sum) ? sum : null;

    private static double? Fullest(IEnumerable<ExpositionSample> samples) =>
        samples.Aggregate((double?)null, (most, s) => Math.Max(most ?? double.MinValue, s.Value));
}
