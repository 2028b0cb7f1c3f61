using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Domain.Engines;

namespace Agent.Engines;

/// <summary>The limits of an engine's verdict, from its section and the times of the probes that look at it.</summary>
internal static class JudgeLimits
{
    public static EngineLimits Of(EngineSettings engine, IReadOnlyDictionary<string, ProbeSettings> probes) => new()
    {
        StageTimeout = engine.StageTimeout,
        StallGrace = engine.StallGrace,
        ReadsInParts = ReadsInParts(engine),
        AgreedGrace = engine.AgreedGrace,
        CanaryMisses = engine.Canary.Misses,
        MaxSecondsPerToken = engine.Canary.MaxSecondsPerToken,
        HasFrontEnd = engine.HasFrontEnd,
        HttpLasts = Lasts(probes["engine-progress"]),
        CanaryLasts = Lasts(probes["engine-canary"]),
        ChipsLast = Lasts(probes["chip-usage"]),
    };

    /// <summary>vLLM's own limit of a step is 16384 tokens at most; more is somebody's choice, or comes with chunked prefill switched off.</summary>
    private static bool ReadsInParts(EngineSettings engine) =>
        engine.Whole("--max-num-batched-tokens") is null or <= 16384
            && !engine.Arguments.ContainsKey("no-enable-chunked-prefill") && !engine.Arguments.ContainsKey("config");

    /// <summary>Three looks may be missed, as everywhere.</summary>
    private static TimeSpan Lasts(ProbeSettings probe) => (3 * probe.Interval) + probe.Deadline;
}
