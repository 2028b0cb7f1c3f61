using Agent.Configuration.Yaml;

namespace Agent.Configuration.Engines;

/// <summary>How speed is measured and when it is told as too low.</summary>
/// <param name="Window">Over which tokens per second are counted.</param>
/// <param name="Share">Of the baseline, below which it is too low.</param>
/// <param name="For">So long below it.</param>
/// <param name="Learn">Windows of one concurrency before its baseline counts.</param>
internal sealed record ThroughputSettings(TimeSpan Window, double Share, TimeSpan For, int Learn)
{
    public static ThroughputSettings Bind(YamlSection throughput) => new(
        throughput.Duration("window", "60s", "1s", "1h"),
        throughput.Number("share", 0.7, 0.05, 0.99),
        throughput.Duration("for", "5m", "1s", "1d"),
        throughput.Int("learn", 40, 2, 10000));
}
