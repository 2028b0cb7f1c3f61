namespace Agent.Tests;

/// <summary>A host's clock that can be set: the time of day moves, and the time that has passed does not.</summary>
internal sealed class SettableClock(TimeProvider passing) : TimeProvider
{
    /// <summary>The host booted with this clock: its monotonic time begins there.</summary>
    private readonly long _boot = passing.GetTimestamp();

    public TimeSpan SetBy { get; set; }

    public override long TimestampFrequency => passing.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => passing.GetUtcNow() + SetBy;

    public override long GetTimestamp() => passing.GetTimestamp() - _boot;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        passing.CreateTimer(callback, state, dueTime, period);
}
