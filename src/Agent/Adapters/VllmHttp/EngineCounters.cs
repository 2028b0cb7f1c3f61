namespace Agent.Adapters.VllmHttp;

/// <summary>
/// vLLM's counters, summed over engines (data-parallel ranks). A counter is null when the exposition has no such series: absent is not zero (with
/// --disable-log-stats, /metrics has none).
/// </summary>
internal sealed record EngineCounters(double? Running, double? Waiting, double? GenerationTokens, double? PromptTokens, double? Iterations,
    double? KvCacheUsage)
{
    /// <summary>Requests that wait for something outside the engine, such as a KV transfer. Known since April 2026.</summary>
    public double? Deferred { get; init; }

    /// <summary>When the counting process was started, or when its counters were made.</summary>
    public double? Born { get; init; }

    public bool IsAsleep { get; init; }

    /// <summary>One entry for each value of the label <c>engine</c>; one entry without a name when there is no such label.</summary>
    public IReadOnlyList<RankCounters> Ranks { get; init; } = [];

    /// <summary>Whether the counters are enough to see progress. Prompt tokens alone are not: they stand still while the engine generates.</summary>
    public bool CanTell => Iterations is not null || (GenerationTokens is not null && PromptTokens is not null);

    public bool HasWork => Running > 0 || Waiting - (Deferred ?? 0) > 0;

    /// <summary>Whether any counter differs. A smaller counter means a restart, and that is movement too.</summary>
    public bool MovedFrom(EngineCounters earlier) =>
        (GenerationTokens, PromptTokens, Iterations) != (earlier.GenerationTokens, earlier.PromptTokens, earlier.Iterations);

    /// <summary>Whether another process counts now than before. A series that was not there before has no baseline either.</summary>
    public bool IsRestartOf(EngineCounters earlier) =>
        Born != earlier.Born || Fell(GenerationTokens, earlier.GenerationTokens) || Fell(PromptTokens, earlier.PromptTokens)
            || Fell(Iterations, earlier.Iterations);

    public static EngineCounters Parse(string exposition) => CounterLines.Read(exposition);

    private static bool Fell(double? now, double? before) => now.HasValue != before.HasValue || now < before;
}

/// <summary>The counters of one data-parallel rank.</summary>
internal sealed record RankCounters(string Rank, double Running, double? GenerationTokens, double? PromptTokens, double? Iterations)
{
    public bool MovedFrom(RankCounters earlier) =>
        (GenerationTokens, PromptTokens, Iterations) != (earlier.GenerationTokens, earlier.PromptTokens, earlier.Iterations);
}
