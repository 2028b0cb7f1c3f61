namespace Agent.Domain.Engines;

/// <summary>The signs of a running engine as far as they may be taken for the present.</summary>
internal sealed record EngineView(EngineSigns Signs, EngineLimits Limits, DateTimeOffset Now)
{
    public HttpSign? Health => IsFresh(Signs.Health?.At, Limits.HttpLasts) ? Signs.Health : null;

    public HttpSign? Metrics => IsFresh(Signs.Metrics?.At, Limits.HttpLasts) ? Signs.Metrics : null;

    /// <summary>Null as well when there are none to read.</summary>
    public CounterSign? Counters => IsFresh(Signs.Counters?.At, Limits.HttpLasts) && Signs.Counters is { CanTell: true } ? Signs.Counters : null;

    public CanarySign? Canary => IsFresh(Signs.Canary?.At, Limits.CanaryLasts) ? Signs.Canary : null;

    public ChipSign? Chips => IsFresh(Signs.Chips?.At, Limits.ChipsLast) ? Signs.Chips : null;

    public bool HasNoCounters => Signs.Counters is { CanTell: false };

    /// <summary>Whether anything proved after a moment that the engine completes work: moved counters, a canary that was answered.</summary>
    public bool WorkedAfter(DateTimeOffset moment) =>
        Signs.Counters?.MovedAt > moment || (Signs.Canary is { End: CanaryEnd.Right or CanaryEnd.Wrong } canary && canary.At > moment);

    private bool IsFresh(DateTimeOffset? at, TimeSpan lasts) => at is { } time && Now - time <= lasts;
}
