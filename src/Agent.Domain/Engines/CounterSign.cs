namespace Agent.Domain.Engines;

/// <summary>The engine's own numbers, by the last good scrape.</summary>
/// <param name="StillFor">
/// How long the counters have stood still with work present, from scrape to scrape and by a clock that nobody sets. A scrape
/// that failed adds nothing: it is not idleness, and no standstill either.
/// </param>
public sealed record CounterSign(DateTimeOffset At, double Running, double Waiting, TimeSpan StillFor)
{
    /// <summary>False: /metrics has no counters (--disable-log-stats), so they prove nothing.</summary>
    public bool CanTell { get; init; } = true;

    /// <summary>Requests that only wait for something outside the engine, such as a KV transfer, are no work.</summary>
    public bool HasWork { get; init; }

    /// <summary>When they were last seen to have moved.</summary>
    public DateTimeOffset? MovedAt { get; init; }

    /// <summary>The scrape from which on they moved then: work was completed after it.</summary>
    public DateTimeOffset? MovedFrom { get; init; }

    /// <summary>The data-parallel rank that has running requests and stands still the longest while the sum moves.</summary>
    public string? StuckRank { get; init; }

    public TimeSpan StuckFor { get; init; }

    /// <summary>Put to sleep through its HTTP: it answers nothing, on purpose.</summary>
    public bool IsAsleep { get; init; }

    public string Text => !CanTell
        ? "/metrics has no counters of vLLM"
        : $"{Load}{(IsAsleep ? ", asleep" : HasWork && StillFor > TimeSpan.Zero ? $", flat for {Durations.Text(StillFor)}" : "")}"
            + $"{(StuckRank is null || StuckFor == TimeSpan.Zero ? "" : $", rank {StuckRank} flat for {Durations.Text(StuckFor)}")}";

    public string Load => FormattableString.Invariant($"{Running:0} running, {Waiting:0} waiting");
}
