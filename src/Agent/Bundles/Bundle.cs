using System.Diagnostics.CodeAnalysis;
using Agent.Configuration;

namespace Agent.Bundles;

/// <summary>
/// Collects evidence into a folder beside the bundle and packs it. The layout is the one that MindCluster's fault diagnosis
/// (ascend-fd) reads, so that an unpacked bundle can be given to it as it is; what it does not know lies under npu-agent/.
/// </summary>
internal sealed class Bundle(BundleSettings settings, IReadOnlyList<IBundleSource> sources, Redaction redaction, string host, TimeProvider clock)
{
    private const string StagingPrefix = ".collecting-";

    // Of the whole time: what packing gets, and what one source gets, so that one that hangs leaves time to the others.
    private const double Packing = 0.2;
    private const double SourceShareFast = 0.4;
    private const double SourceShareFull = 0.2;

    private static readonly TimeSpan LongestPacking = TimeSpan.FromSeconds(30);

    // What a source gets to notice that its time is over. One that sits in the driver never does.
    private static readonly TimeSpan LeaveBehindAfter = TimeSpan.FromMilliseconds(300);

    /// <returns>Path of the bundle, and its manifest.</returns>
    public async Task<(string Path, BundleManifest Manifest)> WriteAsync(string name, string incidentId, bool full, Action<string> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(settings.Folder);
        DropLeftovers();
        var staging = Path.Combine(settings.Folder, StagingPrefix + name);
        try
        {
            var at = clock.GetUtcNow();
            var (reports, files) = await CollectAsync(staging, full, progress, cancellation);
            var manifest = new BundleManifest(2, incidentId, at, host, full, reports, BundleArchive.Entries(staging, files));
            var path = FreePath(name);
            BundleArchive.Pack(staging, path, manifest);
            new BundleRetention(settings, clock).Apply();
            return (path, manifest);
        }
        finally
        {
            DropStaging(staging);
        }
    }

    private static void DropStaging(string staging)
    {
        try
        {
            if (Directory.Exists(staging))
                Directory.Delete(staging, recursive: true);
        }
        catch (IOException)
        {
            // A source that was left behind has just written into it; the next bundle drops what is left.
        }
    }

    private async Task<(List<BundleSourceReport> Reports, List<string> Files)> CollectAsync(string staging, bool full, Action<string> progress, CancellationToken cancellation)
    {
        // What an agent that was killed had collected is not evidence of this incident at this time.
        if (Directory.Exists(staging))
            Directory.Delete(staging, recursive: true);
        CreateForOwner(staging);
        var whole = full ? settings.FullDeadline : settings.FastDeadline;
        var packing = Shorter(whole * Packing, LongestPacking);
        var first = clock.GetTimestamp();
        var room = new BundleRoom(Math.Min(full ? settings.FullMaxBytes : settings.FastMaxBytes, FreeBytes() / 2));
        var wanted = sources.Where(s => full || !s.IsSlow).ToList();
        List<BundleSourceReport> reports = [];
        List<string> files = [];
        foreach (var source in wanted)
        {
            progress($"collecting {source.Name}");
            var begun = clock.GetTimestamp();
            var left = whole - packing - clock.GetElapsedTime(first);
            // The last one is the vendor's collector: it takes minutes and may have all that is left.
            var time = source == wanted[^1] ? left : Shorter(left, whole * (full ? SourceShareFull : SourceShareFast));
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            if (time > TimeSpan.Zero)
                share.CancelAfter(time);
            else
                await share.CancelAsync();
            var folder = new BundleFolder(staging, redaction, settings.SourceMaxBytes, room, share.Token) { Time = time };
            await RunAsync(source, folder, share.Token, cancellation);
            var (written, problems, absent) = folder.Close();
            files.AddRange(written);
            reports.Add(new BundleSourceReport(source.Name, written.Count, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 3), problems, absent));
        }

        return (reports, files);
    }

    /// <summary>
    /// A source may sit in a system call that no token ends (/proc of a process in the driver, a dead mount), so it runs on
    /// a thread of its own and is left behind when it does not come back.
    /// </summary>
    [SuppressMessage("Design", "CA1031", Justification = "A source's own mistake is a line in the manifest: the others still give what they have.")]
    private static async Task RunAsync(IBundleSource source, BundleFolder folder, CancellationToken share, CancellationToken cancellation)
    {
        try
        {
            if (share.IsCancellationRequested)
                throw new OperationCanceledException(share);
            var running = Task.Factory.StartNew(() => source.CollectAsync(folder, share), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            using var over = share.Register(() => patience.CancelAfter(LeaveBehindAfter));
            await running.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            folder.Note("out of time");
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            folder.Note(refused.Message);
        }
        catch (Exception mistake) when (!cancellation.IsCancellationRequested)
        {
            folder.Note($"the source itself failed: {mistake.GetType().Name}: {mistake.Message}");
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static void CreateForOwner(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Files are on the disk twice while they are packed.</summary>
    private long FreeBytes() => new DriveInfo(settings.Folder).AvailableFreeSpace;

    /// <summary>Of collections that were killed. Young ones may be another process's that is at it now.</summary>
    private void DropLeftovers()
    {
        var old = (clock.GetUtcNow() - TimeSpan.FromDays(1)).UtcDateTime;
        var folder = new DirectoryInfo(settings.Folder);
        foreach (var left in folder.EnumerateDirectories(StagingPrefix + "*").Where(d => d.LastWriteTimeUtc < old))
            left.Delete(recursive: true);
        foreach (var left in folder.EnumerateFiles("*.tar.gz" + BundleArchive.NewEnding).Where(f => f.LastWriteTimeUtc < old))
            left.Delete();
    }

    private string FreePath(string name)
    {
        for (var i = 1; ; i++)
        {
            var path = Path.Combine(settings.Folder, $"{name}-{i}.tar.gz");
            if (!File.Exists(path))
                return path;
        }
    }
}
