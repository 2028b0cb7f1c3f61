namespace Agent.Engines.Logs;

/// <summary>
/// What the open incidents ask of the engine's log: the time from which its output is needed, and whether a flood is told. The loop sets it, and it is
/// read while parts are moved.
/// </summary>
internal sealed class EngineLogHold
{
    // The lines that led to the incident were printed before it was seen.
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(2);

    private long _fromTicks = long.MaxValue;
    private long _lostBytes;
    private volatile bool _isFloodTold;

    /// <summary>An incident that says that the log is flooded is open.</summary>
    public bool IsFloodTold => _isFloodTold;

    /// <summary>Bytes that were removed all the same since the incident began.</summary>
    public long LostBytes => Interlocked.Read(ref _lostBytes);

    /// <param name="suspectedAt">The time when the oldest open incident of the engine was first seen. Null when there is none.</param>
    /// <param name="isFloodTold">See <see cref="IsFloodTold"/>.</param>
    public void Set(DateTimeOffset? suspectedAt, bool isFloodTold)
    {
        _isFloodTold = isFloodTold;
        var ticks = suspectedAt is { } at ? (at - Before).UtcTicks : long.MaxValue;
        if (Interlocked.Exchange(ref _fromTicks, ticks) == long.MaxValue)
            Interlocked.Exchange(ref _lostBytes, 0);
    }

    /// <param name="newest">The time when the newest line of a piece was printed.</param>
    public bool Holds(DateTimeOffset newest) => newest.UtcTicks >= Interlocked.Read(ref _fromTicks);

    public void Lost(long bytes) => Interlocked.Add(ref _lostBytes, bytes);
}
