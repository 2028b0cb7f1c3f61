namespace Agent.Engines;

/// <summary>
/// A look that may never come back: reading the command line of a process that sleeps in the driver with its memory locked blocks the reader,
/// and no token ends that. So it has a thread of its own, and as long as one hangs, no second is begun.
/// </summary>
internal sealed class BoundedLook
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private Task _look = Task.CompletedTask;

    /// <summary>
    /// Begins the look, or waits for the one under way. No token goes with it: whoever waits beside may go on when this one leaves.
    /// </summary>
    /// <returns>False when it did not end in time.</returns>
    public async Task<bool> EndsAsync(Func<Task> look, TimeProvider clock, CancellationToken cancellation)
    {
        var known = Volatile.Read(ref _look);
        if (known.IsCompleted)
        {
            var begun = new Task<Task>(look);
            var mine = begun.Unwrap();
            var other = Interlocked.CompareExchange(ref _look, mine, known);
            if (other == known)
                begun.Start(TaskScheduler.Default);
            known = other == known ? mine : other;
        }

        try
        {
            await known.WaitAsync(Limit, clock, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
