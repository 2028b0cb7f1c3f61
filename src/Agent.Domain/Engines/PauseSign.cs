namespace Agent.Domain.Engines;

/// <summary>Whether somebody paused the engine: its container, its unit, its processes.</summary>
/// <param name="At">When it was seen so; of one that went on, when that was seen.</param>
/// <param name="IsPaused">False: it was paused, and goes on since.</param>
/// <param name="Text">How it was paused.</param>
public sealed record PauseSign(DateTimeOffset At, bool IsPaused, string Text)
{
    /// <param name="last">What was seen before.</param>
    /// <param name="how">How it is paused now; null when it is not.</param>
    /// <param name="now">The present time.</param>
    public static PauseSign? After(PauseSign? last, string? how, DateTimeOffset now) =>
        how is not null ? new PauseSign(now, IsPaused: true, how)
        : last is { IsPaused: true } ? new PauseSign(now, IsPaused: false, "was paused, goes on")
        : last;
}
