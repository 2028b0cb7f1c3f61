using System.Diagnostics.CodeAnalysis;
using Agent.Adapters;
using Agent.Adapters.Files;
using Agent.Configuration;
using Agent.ForeignText;

namespace Agent.Bundles;

/// <summary>
/// Collects evidence into a folder beside the bundle and packs it; one object is one bundle. It may be done in two goes: what
/// the next step destroys before it, the rest when there is time. The layout is the one that MindCluster's fault diagnosis
/// (ascend-fd) reads, so that an unpacked bundle can be given to it as it is; what it does not know lies under npu-agent/.
/// </summary>
internal sealed class Bundle(BundleSettings settings, IReadOnlyList<IBundleSource> sources, Redaction redaction, string host, string incidentId, bool full, TimeProvider clock)
{
    private const string StagingPrefix = ".collecting-";

    // Of the whole time: what packing gets, and what one source gets, so that one that hangs leaves time to the others.
    private const double Packing = 0.2;
    private const double SourceShareFast = 0.4;
    private const double SourceShareFull = 0.2;

    private static readonly TimeSpan LongestPacking = TimeSpan.FromSeconds(30);

    // What a source gets to notice that its time is over. One that sits in the driver never does.
    private static readonly TimeSpan LeaveBehindAfter = TimeSpan.FromMilliseconds(300);

    private readonly string _name = $"{incidentId}-{(full ? "full" : "fast")}";
    private readonly List<BundleSourceReport> _reports = [];
    private readonly List<string> _files = [];
    private readonly HashSet<IBundleSource> _done = [];
    private DateTimeOffset _at;
    private BundleRoom? _room;

    private string Staging => Path.Combine(settings.Folder, StagingPrefix + _name);

    /// <summary>In one go.</summary>
    /// <returns>Path of the bundle, and its manifest.</returns>
    public Task<(string Path, BundleManifest Manifest)> WriteAsync(Action<string> progress, CancellationToken cancellation)
    {
        Open();
        return CompleteAsync(progress, cancellation);
    }

    /// <summary>Collects what would be lost; the rest is for <see cref="CompleteAsync"/>.</summary>
    /// <returns>How many files there are so far.</returns>
    public async Task<int> BeginAsync(Action<string> progress, CancellationToken cancellation)
    {
        Open();
        await CollectAsync([.. Wanted().Where(s => s.LostBy != Loss.Nothing && s.LostBy <= (full ? Loss.ChipReset : Loss.EngineStop))], progress, cancellation);
        return _files.Count;
    }

    /// <returns>Path of the bundle, and its manifest.</returns>
    public async Task<(string Path, BundleManifest Manifest)> CompleteAsync(Action<string> progress, CancellationToken cancellation)
    {
        try
        {
            await CollectAsync([.. Wanted().Where(s => !_done.Contains(s))], progress, cancellation);
            var manifest = new BundleManifest(2, incidentId, _at, host, full, _reports, BundleArchive.Entries(Staging, _files));
            var path = FreePath();
            BundleArchive.Pack(Staging, path, manifest);
            new BundleRetention(settings, clock).Apply();
            return (path, manifest);
        }
        finally
        {
            DropStaging(Staging);
        }
    }

    private void Open()
    {
        Directory.CreateDirectory(settings.Folder);
        DropLeftovers();
        // What an agent that was killed had collected is not evidence of this incident at this time.
        if (Directory.Exists(Staging))
            Directory.Delete(Staging, recursive: true);
        CreateForOwner(Staging);
        _at = clock.HostNow();
        _room = new BundleRoom(Math.Min(full ? settings.FullMaxBytes : settings.FastMaxBytes, FreeBytes() / 2));
    }

    private IEnumerable<IBundleSource> Wanted() => sources.Where(s => full || !s.IsSlow);

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

    private async Task CollectAsync(IReadOnlyList<IBundleSource> wanted, Action<string> progress, CancellationToken cancellation)
    {
        var whole = full ? settings.FullDeadline : settings.FastDeadline;
        var packing = Shorter(whole * Packing, LongestPacking);
        var first = clock.GetTimestamp();
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
            var folder = new BundleFolder(Staging, redaction, settings.SourceMaxBytes, _room!, share.Token) { Time = time };
            await RunAsync(source, folder, share.Token, cancellation);
            var (written, problems, absent) = folder.Close();
            _done.Add(source);
            _files.AddRange(written);
            _reports.Add(new BundleSourceReport(source.Name, written.Count, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 3), problems, absent));
        }
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
        var old = (clock.HostNow() - TimeSpan.FromDays(1)).UtcDateTime;
        var folder = new DirectoryInfo(settings.Folder);
        foreach (var left in folder.EnumerateDirectories(StagingPrefix + "*").Where(d => d.LastWriteTimeUtc < old))
            left.Delete(recursive: true);
        foreach (var left in folder.EnumerateFiles("*.tar.gz" + WholeFile.NewEnding).Where(f => f.LastWriteTimeUtc < old))
            left.Delete();
    }

    private string FreePath()
    {
        for (var i = 1; ; i++)
        {
            var path = Path.Combine(settings.Folder, $"{_name}-{i}.tar.gz");
            if (!File.Exists(path))
                return path;
        }
    }
}
