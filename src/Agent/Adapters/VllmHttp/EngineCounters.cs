namespace Agent.Adapters.VllmHttp;

/// <summary>
/// vLLM's counters, summed over engines (data-parallel ranks). Null where the exposition has no such series: absent is not
/// zero (--disable-log-stats leaves /metrics without any).
/// </summary>
internal sealed record EngineCounters(double? Running, double? Waiting, double? GenerationTokens, double? PromptTokens, double? Iterations, double? KvCacheUsage)
{
    /// <summary>Waiting for something outside the engine, such as a KV transfer. Known since April 2026.</summary>
    public double? Deferred { get; init; }

    /// <summary>When the process that counts was started, or its counters were made.</summary>
    public double? Born { get; init; }

    public bool IsAsleep { get; init; }

    /// <summary>One for each value of the label <c>engine</c>; one without a name where there is no such label.</summary>
    public IReadOnlyList<RankCounters> Ranks { get; init; } = [];

    /// <summary>Enough to see whether the engine gets on. Prompt tokens alone stand still while it generates.</summary>
    public bool CanTell => Iterations is not null || (GenerationTokens is not null && PromptTokens is not null);

    public bool HasWork => Running > 0 || Waiting - (Deferred ?? 0) > 0;

    /// <summary>Whether any counter differs: a smaller one means a restart, which is movement too.</summary>
    public bool MovedFrom(EngineCounters earlier) =>
        (GenerationTokens, PromptTokens, Iterations) != (earlier.GenerationTokens, earlier.PromptTokens, earlier.Iterations);

    /// <summary>Whether another process counts now than then. A series that was not there before has no baseline either.</summary>
    public bool IsRestartOf(EngineCounters earlier) =>
        Born != earlier.Born || Fell(GenerationTokens, earlier.GenerationTokens) || Fell(PromptTokens, earlier.PromptTokens) || Fell(Iterations, earlier.Iterations);

    public static EngineCounters Parse(string exposition) => CounterLines.Read(exposition);

    private static bool Fell(double? now, double? before) => now.HasValue != before.HasValue || now < before;
}

/// <summary>The counters of one data-parallel rank.</summary>
internal sealed record RankCounters(string Rank, double Running, double? GenerationTokens, double? PromptTokens, double? Iterations)
{
    public bool MovedFrom(RankCounters earlier) =>
        (GenerationTokens, PromptTokens, Iterations) != (earlier.GenerationTokens, earlier.PromptTokens, earlier.Iterations);
}
