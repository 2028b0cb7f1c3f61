namespace Agent.Notifications.Queue;

/// <summary>
/// Keeps a channel below the rate that its vendor allows: whoever exceeds it is silenced for minutes. A bucket begins half full, as an agent that
/// was killed may have sent the other half just before.
/// </summary>
internal sealed class TokenBucket(SendingRate rate, TimeProvider clock)
{
    private double _tokens = rate.Messages / 2.0;
    private long _filledAt = clock.GetTimestamp();

    /// <summary>How many messages may leave now.</summary>
    public int Free(bool urgent)
    {
        var now = clock.GetTimestamp();
        _tokens = Math.Min(rate.Messages, _tokens + (clock.GetElapsedTime(_filledAt, now) / rate.Per * rate.Messages));
        _filledAt = now;
        return Math.Max(0, (int)_tokens - (urgent ? 0 : rate.Kept));
    }

    public void Take() => _tokens--;

    /// <summary>How long until one more may leave.</summary>
    public TimeSpan Wait(bool urgent)
    {
        var missing = 1 + (urgent ? 0 : rate.Kept) - _tokens;
        return missing <= 0 ? TimeSpan.Zero : rate.Per * (missing / rate.Messages);
    }
}
