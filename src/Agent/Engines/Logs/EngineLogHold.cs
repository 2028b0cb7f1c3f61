namespace Agent.Engines.Logs;

/// <summary>From when on an open incident needs what an engine printed. Set by the loop, read while parts are moved.</summary>
internal sealed class EngineLogHold
{
    // What led to it was printed before it was seen.
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(2);

    private long _fromTicks = long.MaxValue;
    private long _lostBytes;

    /// <summary>What had to go nevertheless since the incident began.</summary>
    public long LostBytes => Interlocked.Read(ref _lostBytes);

    /// <param name="suspectedAt">When the oldest open incident of the engine was first seen; null when there is none.</param>
    public void Set(DateTimeOffset? suspectedAt)
    {
        var ticks = suspectedAt is { } at ? (at - Before).UtcTicks : long.MaxValue;
        if (Interlocked.Exchange(ref _fromTicks, ticks) == long.MaxValue)
            Interlocked.Exchange(ref _lostBytes, 0);
    }

    /// <param name="newest">When the newest line of a piece was printed.</param>
    public bool Holds(DateTimeOffset newest) => newest.UtcTicks >= Interlocked.Read(ref _fromTicks);

    public void Lost(long bytes) => Interlocked.Add(ref _lostBytes, bytes);
}
