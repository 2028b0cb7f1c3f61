namespace Agent.Adapters;

/// <summary>What runs side by side for as long as all of it runs.</summary>
internal static class Together
{
    /// <summary>Runs all of them. The first that fails ends the others: an agent that went on without one of its parts would look well to everybody.</summary>
    /// <param name="runs">Each ends when its token is cancelled.</param>
    /// <param name="cancellation">Ends all.</param>
    public static async Task RunAsync(IEnumerable<Func<CancellationToken, Task>> runs, CancellationToken cancellation)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await RunAsync(runs, ends);
    }

    /// <inheritdoc cref="RunAsync(IEnumerable{Func{CancellationToken, Task}}, CancellationToken)"/>
    /// <param name="ends">Is cancelled by the first that fails, and ends also what was begun before.</param>
    public static Task RunAsync(IEnumerable<Func<CancellationToken, Task>> runs, CancellationTokenSource ends)
    {
        return Task.WhenAll(runs.Select(RunOneAsync));

        async Task RunOneAsync(Func<CancellationToken, Task> run)
        {
            try
            {
                await run(ends.Token);
            }
            catch
            {
                await ends.CancelAsync();
                throw;
            }
        }
    }
}
