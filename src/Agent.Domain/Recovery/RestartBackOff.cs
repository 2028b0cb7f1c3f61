namespace Agent.Domain.Recovery;

/// <summary>
/// Restarts of one engine that follow each other get further apart: the first is done at once, one after another failure
/// waits, and the waits grow. An engine that ran for a while before it failed is a new story. Counted from the starts that
/// the journal remembers, so an agent that was started anew goes on waiting.
/// </summary>
/// <param name="Waits">Before the first restart, the second, and so on; the last one for all that follow.</param>
/// <param name="StableAfter">A run of this length ends the row.</param>
public sealed record RestartBackOff(IReadOnlyList<TimeSpan> Waits, TimeSpan StableAfter)
{
    public static readonly RestartBackOff None = new([TimeSpan.Zero], TimeSpan.Zero);

    /// <summary>How many restarts in a row came before this failure, and how long it has to wait for the next.</summary>
    /// <param name="starts">Restarts of the engine, in order.</param>
    /// <param name="failedAt">When it failed.</param>
    public (int Restarts, TimeSpan Wait) After(IEnumerable<DateTimeOffset> starts, DateTimeOffset failedAt)
    {
        var (row, last) = (0, DateTimeOffset.MinValue);
        foreach (var start in starts)
            (row, last) = (Lasted(last, start - WaitBefore(row)) ? 1 : row + 1, start);
        if (Lasted(last, failedAt))
            row = 0;
        return (row, WaitBefore(row));
    }

    // The wait itself is no time that the engine ran. A failure "before" the start is one of the same recovery.
    private bool Lasted(DateTimeOffset start, DateTimeOffset until) => until - start >= StableAfter;

    private TimeSpan WaitBefore(int row) => Waits[Math.Min(row, Waits.Count - 1)];
}
