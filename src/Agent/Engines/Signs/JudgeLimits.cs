using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Engines;
using Agent.Domain.Engines;

namespace Agent.Engines.Signs;

/// <summary>The limits of an engine's verdict, from its section and the times of the probes that look at it.</summary>
internal static class JudgeLimits
{
    /// <summary>The section of the verdict among those of the probes: no probe of its own.</summary>
    public static readonly DeclaredProbe Declared = new(
        EngineJudgement.Name, "2s", "5s",
        "No probe of its own: each engine is judged by what the others saw, as soon as one saw something, and at least once per interval. "
            + "engine-process looks at the shorter of the two intervals, and cannot be switched off while this is on, but for its look at engine cores. "
            + "State, rule and reasons are in `npu-agent engine explain NAME`.");

    public static EngineLimits Of(EngineSettings engine, IReadOnlyDictionary<string, ProbeSettings> probes) => new()
    {
        StageTimeout = engine.StageTimeout,
        StallGrace = engine.StallGrace,
        ReadsInParts = ReadsInParts(engine),
        AgreedGrace = engine.AgreedGrace,
        CanaryMisses = engine.Canary.Misses,
        MaxSecondsPerToken = engine.Canary.MaxSecondsPerToken,
        HasFrontEnd = engine.HasFrontEnd,
        RunLasts = Lasts(RunLook(probes)),
        HttpLasts = Lasts(probes["engine-progress"]),
        CanaryLasts = Lasts(probes["engine-canary"]),
        ChipsLast = Lasts(probes["chip-usage"]),
    };

    /// <summary>
    /// The look at an engine's run is the beat by which it is judged, so it comes as often as the section of the verdict wants, and while
    /// engines are judged it is never off.
    /// </summary>
    public static ProbeSettings RunLook(IReadOnlyDictionary<string, ProbeSettings> probes)
    {
        var (run, verdict) = (probes["engine-process"], probes[EngineJudgement.Name]);
        return !verdict.Enabled ? run : new ProbeSettings(
            true,
            run.Enabled && run.Interval < verdict.Interval ? run.Interval : verdict.Interval,
            run.Deadline > verdict.Deadline ? run.Deadline : verdict.Deadline);
    }

    /// <summary>A note for whoever switches that look off and keeps the verdict; null where there is nothing to say.</summary>
    public static string? Note(IReadOnlyDictionary<string, ProbeSettings> probes) =>
        probes[EngineJudgement.Name].Enabled && !probes["engine-process"].Enabled
            ? "probes.engine-process.enabled: false: its look is the beat by which engines are judged, so it goes on while engine-verdict is enabled; "
                + "only lost engine cores are not looked for"
            : null;

    /// <summary>
    /// vLLM's own limit of a step is 16384 tokens at most. A higher limit is a person's choice, or comes with chunked prefill switched off.
    /// </summary>
    private static bool ReadsInParts(EngineSettings engine) =>
        engine.Whole("--max-num-batched-tokens") is null or <= 16384
            && !engine.Arguments.ContainsKey("no-enable-chunked-prefill") && !engine.Arguments.ContainsKey("config");

    /// <summary>Three looks may be missed, as in every other place.</summary>
    public static TimeSpan Lasts(ProbeSettings probe) => (3 * probe.Interval) + probe.Deadline;
}
