namespace Agent.Adapters;

/// <summary>
/// The agent's own clock: the host's time at the start, plus the monotonic time that has passed since. Everything that the agent counts and compares
/// goes by it. So a host's clock that is set, forward or back, changes no wait, no budget and no age. A clock is set by hand, by the first answer of
/// a time server, or by a host that wakes up with a dead battery.
/// <para>
/// Times that others stamp (files, the kernel's log) and times that people read are those of the host: see <see cref="HostClock"/>.
/// </para>
/// </summary>
internal sealed class SteadyClock(TimeProvider host) : TimeProvider
{
    private readonly DateTimeOffset _begun = host.GetUtcNow();
    private readonly long _begunAt = host.GetTimestamp();

    /// <summary>The clock that can be set.</summary>
    public TimeProvider Host => host;

    public override long TimestampFrequency => host.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => host.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => _begun + host.GetElapsedTime(_begunAt);

    public override long GetTimestamp() => host.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        host.CreateTimer(callback, state, dueTime, period);
}

/// <summary>The host's clock beside the agent's. Any other clock than <see cref="SteadyClock"/> is both.</summary>
internal static class HostClock
{
    /// <summary>Two clocks that are read one after the other differ by a little; a clock that was set differs by more.</summary>
    public static readonly TimeSpan Jitter = TimeSpan.FromMilliseconds(500);

    /// <summary>The clock of the host, which can be set.</summary>
    public static TimeProvider OfHost(this TimeProvider clock) => clock is SteadyClock steady ? steady.Host : clock;

    /// <summary>The present time as the host has it: to compare with what others stamped, and to tell people.</summary>
    public static DateTimeOffset HostNow(this TimeProvider clock) => clock.OfHost().GetUtcNow();

    /// <summary>By how much the host's clock was set forward (below zero: back) since the agent started.</summary>
    public static TimeSpan SetBy(this TimeProvider clock)
    {
        var by = clock.HostNow() - clock.GetUtcNow();
        return by.Duration() < Jitter ? TimeSpan.Zero : by;
    }

    /// <summary>The time that the clock would have shown when monotonic time began, at the boot. Two clocks of one boot are compared by it.</summary>
    public static DateTimeOffset Zero(this TimeProvider clock) => clock.GetUtcNow() - clock.GetElapsedTime(0);
}
