using Agent.Configuration;
using Agent.Domain.Engines;

namespace Agent.Engines;

/// <summary>The limits of an engine's verdict, from its section and the times of the probes that look at it.</summary>
internal static class JudgeLimits
{
    public static EngineLimits Of(EngineSettings engine, IReadOnlyDictionary<string, ProbeSettings> probes) => new()
    {
        StageTimeout = engine.StageTimeout,
        StallGrace = engine.StallGrace,
        AgreedGrace = engine.AgreedGrace,
        CanaryMisses = engine.Canary.Misses,
        MaxSecondsPerToken = engine.Canary.MaxSecondsPerToken,
        ChipsWorkAlike = engine.Arguments.GetValueOrDefault("pipeline-parallel-size", "1") == "1",
        HttpLasts = Lasts(probes["engine-progress"]),
        CanaryLasts = Lasts(probes["engine-canary"]),
        ChipsLast = Lasts(probes["chip-usage"]),
    };

    /// <summary>Three looks may be missed, as everywhere.</summary>
    private static TimeSpan Lasts(ProbeSettings probe) => (3 * probe.Interval) + probe.Deadline;
}
