using Agent.Bundles;
using Agent.Configuration;
using Agent.Reports;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Supervision;

/// <summary>Keeps history and bundles within their bounds, at the start and each hour, beside the loop: it drops only what is over.</summary>
internal sealed class Housekeeping(AgentSettings settings, HistoryRetention history, TimeProvider clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenSlices = TimeSpan.FromSeconds(1);

    /// <param name="newest">
    /// The newest event. Ages count from it, or from the present if that is earlier: a clock that is years ahead at a start must not take the history.
    /// </param>
    /// <param name="cancellation">The agent stops.</param>
    public async Task RunAsync(DateTimeOffset newest, CancellationToken cancellation)
    {
        var ahead = newest < clock.GetUtcNow() ? clock.GetUtcNow() - newest : TimeSpan.Zero;
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            new BundleRetention(settings.Bundles, clock).Apply();
            while (DropSlice(clock.GetUtcNow() - ahead))
                await Task.Delay(BetweenSlices, clock, cancellation);
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }

    /// <summary>What lies on the disk now.</summary>
    public KeptDocument Kept()
    {
        var database = Database.PathIn(settings.StateFolder);
        List<long> bundles = Directory.Exists(settings.Bundles.Folder)
            ? [.. new DirectoryInfo(settings.Bundles.Folder).EnumerateFiles("*.tar.gz").Select(f => f.Length)] : [];
        return new(Bytes(database) + Bytes(database + "-wal"), bundles.Sum(), bundles.Count);
    }

    private static long Bytes(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private bool DropSlice(DateTimeOffset now)
    {
        var longestWindow = settings.Budgets.Values.Max(b => b.Window);
        var age = settings.History > longestWindow ? settings.History : longestWindow;
        try
        {
            return history.DropSlice(now - age, now - longestWindow, settings.HistoryBytes);
        }
        catch (SqliteException)
        {
            // The journal meets the same disk and tells of it. The next hour is soon enough.
            return false;
        }
    }
}
