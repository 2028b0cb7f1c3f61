namespace Agent.Domain.Recovery;

/// <summary>
/// Pauses between restarts of one engine that follow each other. The first restart is done at once. A restart
/// after another failure waits, and the waits grow. An engine that ran for a while before it failed begins a
/// new row. The starts that the journal remembers are counted, so a newly started agent goes on waiting.
/// </summary>
/// <param name="Waits">The waits before the first restart, the second, and so on. The last one holds for all that follow.</param>
/// <param name="StableAfter">A run of this length ends the row.</param>
public sealed record RestartBackOff(IReadOnlyList<TimeSpan> Waits, TimeSpan StableAfter)
{
    public static readonly RestartBackOff None = new([TimeSpan.Zero], TimeSpan.Zero);

    /// <summary>The number of restarts in a row before this failure, and the wait until the next one.</summary>
    /// <param name="starts">Restarts of the engine, in order.</param>
    /// <param name="failedAt">The time of the failure.</param>
    public (int Restarts, TimeSpan Wait) After(IEnumerable<DateTimeOffset> starts, DateTimeOffset failedAt)
    {
        var (row, last) = (0, DateTimeOffset.MinValue);
        foreach (var start in starts)
            (row, last) = (Lasted(last, start - WaitBefore(row)) ? 1 : row + 1, start);
        if (Lasted(last, failedAt))
            row = 0;
        return (row, WaitBefore(row));
    }

    // The wait itself is no time in which the engine ran. A failure "before" the start belongs to the same recovery.
    private bool Lasted(DateTimeOffset start, DateTimeOffset until) => until - start >= StableAfter;

    private TimeSpan WaitBefore(int row) => Waits[Math.Min(row, Waits.Count - 1)];
}
