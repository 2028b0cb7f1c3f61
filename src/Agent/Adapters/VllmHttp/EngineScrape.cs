namespace Agent.Adapters.VllmHttp;

/// <summary>The figures of speed from one look at /metrics.</summary>
/// <param name="StartedAt">The start of the counting process, in seconds of the epoch; null when the page does not tell it.</param>
internal sealed record EngineScrape(EngineCounters Counters, double? StartedAt, LatencyHistogram? FirstToken, LatencyHistogram? BetweenTokens,
    LatencyHistogram? WholeRequest)
{
    private static readonly string[] Families =
    [
        "process_start_time_seconds", "vllm:time_to_first_token_seconds", "vllm:inter_token_latency_seconds", "vllm:time_per_output_token_seconds",
            "vllm:e2e_request_latency_seconds",
    ];

    public static EngineScrape Parse(string page)
    {
        var samples = Exposition.Samples(page, Families);
        return new EngineScrape(
            EngineCounters.Parse(page),
            samples.FirstOrDefault(s => s.Name == "process_start_time_seconds")?.Value,
            LatencyHistogram.Of(samples, "vllm:time_to_first_token_seconds"),
            // The series was renamed in 2025; the versions between have both names.
            LatencyHistogram.Of(samples, "vllm:inter_token_latency_seconds", "vllm:time_per_output_token_seconds"),
            LatencyHistogram.Of(samples, "vllm:e2e_request_latency_seconds"));
    }

    /// <summary>Whether it continues the counts of an earlier scrape.</summary>
    public bool Continues(EngineScrape earlier) =>
        StartedAt == earlier.StartedAt && Counters.GenerationTokens >= earlier.Counters.GenerationTokens
            && Counters.PromptTokens >= earlier.Counters.PromptTokens;
}
