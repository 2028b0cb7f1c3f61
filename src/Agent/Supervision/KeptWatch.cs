using Agent.Metrics;
using Agent.Reports;

namespace Agent.Supervision;

/// <summary>
/// Looks at the sizes of what the agent keeps, from time to time and beside everything else: a scrape that looked itself would wait for a disk that
/// hangs, and one more with each scrape.
/// </summary>
internal sealed class KeptWatch(Func<KeptDocument> look, TimeProvider clock)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private volatile KeptSizes? _newest;

    /// <summary>Null before the first look, and when the newest one failed.</summary>
    public KeptSizes? Newest => _newest;

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(LookEvery, clock);
        do
            _newest = await Task.Run(Look, cancellation);
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    private KeptSizes? Look()
    {
        try
        {
            var kept = look();
            return new KeptSizes(kept.DatabaseBytes, kept.BundleBytes, kept.Bundles, clock.GetUtcNow());
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
