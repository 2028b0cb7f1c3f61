using Agent.Adapters.VllmHttp;

namespace Agent.Engines.Throughput;

/// <summary>The work of an engine between two scrapes.</summary>
/// <param name="Band">The band of running requests if it was the same at every scrape. Null when it was not, or nothing ran.</param>
internal sealed record ThroughputFigures(
    TimeSpan Length, double GenerationTokensPerSecond, double PromptTokensPerSecond, string? Band, LatencyHistogram? FirstToken,
        LatencyHistogram? BetweenTokens, LatencyHistogram? WholeRequest);

/// <summary>The scrapes of the last window. A restart of the engine empties it, because the counters begin anew.</summary>
internal sealed class ScrapeWindow(TimeSpan length)
{
    private readonly List<(TimeSpan At, EngineScrape Scrape)> _scrapes = [];

    /// <param name="at">Monotonic time.</param>
    /// <param name="scrape">The newest one.</param>
    /// <returns>Null for the first one of an engine.</returns>
    public ThroughputFigures? Add(TimeSpan at, EngineScrape scrape)
    {
        if (_scrapes.Count > 0 && !scrape.Continues(_scrapes[^1].Scrape))
            _scrapes.Clear();
        _scrapes.Add((at, scrape));
        // The oldest one that is kept is at least a window old, or the first.
        while (_scrapes.Count > 2 && at - _scrapes[1].At >= length)
            _scrapes.RemoveAt(0);
        var (since, first) = _scrapes[0];
        var seconds = (at - since).TotalSeconds;
        if (seconds <= 0)
            return null;
        var bands = _scrapes.Select(s => ConcurrencyBand.Of(s.Scrape.Counters.Running ?? 0)).Distinct(StringComparer.Ordinal).ToList();
        return new ThroughputFigures(
            at - since,
            ((scrape.Counters.GenerationTokens - first.Counters.GenerationTokens) ?? 0) / seconds,
            ((scrape.Counters.PromptTokens - first.Counters.PromptTokens) ?? 0) / seconds,
            bands is [var band] ? band : null,
            scrape.FirstToken?.Since(first.FirstToken),
            scrape.BetweenTokens?.Since(first.BetweenTokens),
            scrape.WholeRequest?.Since(first.WholeRequest));
    }

    public void Clear() => _scrapes.Clear();
}
