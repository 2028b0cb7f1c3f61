namespace Agent.Domain.Engines;

/// <summary>The signs of a running engine as far as they may be taken for the present.</summary>
internal sealed record EngineView(EngineSigns Signs, EngineLimits Limits, DateTimeOffset Now)
{
    public HttpSign? Health => IsFresh(Signs.Health?.At, Limits.HttpLasts) ? Signs.Health : null;

    public HttpSign? Metrics => IsFresh(Signs.Metrics?.At, Limits.HttpLasts) ? Signs.Metrics : null;

    public ServerSign? Server => IsFresh(Signs.Server?.At, Limits.HttpLasts) ? Signs.Server : null;

    /// <summary>Null as well when there are none to read.</summary>
    public CounterSign? Counters => IsFresh(Signs.Counters?.At, Limits.HttpLasts) && Signs.Counters is { CanTell: true } ? Signs.Counters : null;

    public QueueSign? Queue => IsFresh(Signs.Queue?.At, Limits.HttpLasts) ? Signs.Queue : null;

    public CanarySign? Canary => IsFresh(Signs.Canary?.At, Limits.CanaryLasts) ? Signs.Canary : null;

    public ChipSign? Chips => IsFresh(Signs.Chips?.At, Limits.ChipsLast) ? Signs.Chips : null;

    public HeldSign? Held => IsFresh(Signs.Held?.At, Limits.ChipsLast) ? Signs.Held : null;

    /// <summary>What was learned of its healthy pauses so far.</summary>
    public HealthyPauses Pauses => Signs.HealthyPauses?.Learned ?? HealthyPauses.None;

    /// <summary>How long counters may stand still with work present when no second sign agrees.</summary>
    public TimeSpan Patience => Pauses.Patience(Limits.StallGrace, Limits.ReadsInParts);

    public bool HasNoCounters => Signs.Counters is { CanTell: false };

    /// <summary>Whether anything proved after a moment that the engine completes work: moved counters, a canary that was answered.</summary>
    public bool WorkedAfter(DateTimeOffset moment) =>
        Signs.Counters?.MovedAt > moment || (Signs.Canary is { End: CanaryEnd.Right or CanaryEnd.Wrong } canary && canary.At > moment);

    private bool IsFresh(DateTimeOffset? at, TimeSpan lasts) => at is { } time && Now - time <= lasts;
}
