namespace Agent.Engines;

/// <summary>
/// A look that others wait for a short time only: it may ask a service manager or a container tool, or read processes of which several sleep in the
/// driver. It goes on when nobody waits any more, and as long as one is under way, no second is begun.
/// </summary>
/// <typeparam name="T">What the look brings.</typeparam>
internal sealed class BoundedLook<T>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private Task<T> _look = Task.FromResult<T>(default!);

    /// <summary>
    /// Begins the look, or waits for the one under way. No token goes with it: whoever waits beside may go on when this one leaves.
    /// </summary>
    /// <returns>Whether it ended in time, and what it brought.</returns>
    public async Task<(bool Ended, T? Seen)> SeeAsync(Func<Task<T>> look, TimeProvider clock, CancellationToken cancellation, TimeSpan? limit = null)
    {
        var known = Volatile.Read(ref _look);
        if (known.IsCompleted)
        {
            var begun = new Task<Task<T>>(look);
            var mine = begun.Unwrap();
            var other = Interlocked.CompareExchange(ref _look, mine, known);
            if (other == known)
                begun.Start(TaskScheduler.Default);
            known = other == known ? mine : other;
        }

        try
        {
            return (true, await known.WaitAsync(limit ?? Limit, clock, cancellation));
        }
        catch (TimeoutException)
        {
            return (false, default);
        }
    }
}
