using System.Diagnostics.CodeAnalysis;
using Agent.Adapters;
using Agent.Configuration;
using Agent.ForeignText;

namespace Agent.Bundles;

/// <summary>
/// Collects evidence into a folder beside the bundle and packs it; one object is one bundle. The work may be done in two parts: first the evidence
/// that the next step destroys, and the rest when there is time. If the agent is killed between, the next agent goes on with both. The layout is the
/// one that MindCluster's fault diagnosis (ascend-fd) reads. So an unpacked bundle can be given to it without changes. Files that it does not know
/// lie under npu-agent/.
/// </summary>
/// <param name="staging">The folder of the collection.</param>
/// <param name="engines">The engines as they are now.</param>
/// <param name="sourcesOf">The sources for engines as they were when the bundle was begun.</param>
internal sealed class Bundle(
    BundleSettings settings,
    BundleStaging staging,
    IReadOnlyList<EngineTrace> engines,
    Func<IReadOnlyList<EngineTrace>, IReadOnlyList<IBundleSource>> sourcesOf,
    Redaction redaction,
    string host,
    string incidentId,
    bool full,
    TimeProvider clock)
{
    // Shares of the whole time, for packing and for one source. So a source that hangs leaves time to the others.
    private const double Packing = 0.2;
    private const double SourceShareFast = 0.4;
    private const double SourceShareFull = 0.2;

    // The least share of every source, also when others took all the time. It is enough for known facts and small files.
    private const double SourceLeast = 0.05;

    private static readonly TimeSpan LongestLeast = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan LongestPacking = TimeSpan.FromSeconds(30);

    // The time that a source gets to notice its end. A source that sits in the driver never notices it.
    private static readonly TimeSpan LeaveBehindAfter = TimeSpan.FromMilliseconds(300);

    private readonly List<BundleSourceReport> _reports = [];
    private readonly List<string> _files = [];
    private IReadOnlyList<IBundleSource> _sources = [];
    private BundleNote? _note;
    private BundleRoom? _room;

    /// <summary>An earlier agent began this bundle.</summary>
    public bool IsBegun => staging.Read() is not null;

    /// <summary>Collects and packs everything at once.</summary>
    /// <returns>The path of the bundle, and its manifest.</returns>
    public async Task<(string Path, BundleManifest Manifest)> WriteAsync(Action<string> progress, CancellationToken cancellation)
    {
        Open(goesOn: false);
        try
        {
            return await CompleteAsync(progress, cancellation);
        }
        finally
        {
            staging.Drop();
        }
    }

    /// <summary>Collects the evidence that would be lost; the rest is for <see cref="CompleteAsync"/>.</summary>
    /// <returns>The number of files so far.</returns>
    public async Task<int> BeginAsync(Action<string> progress, CancellationToken cancellation)
    {
        staging.TakeOverFast();
        Open(goesOn: true);
        await CollectAsync([.. Wanted().Where(s => s.LostBy != Loss.Nothing && s.LostBy <= (full ? Loss.ChipReset : Loss.EngineStop))], progress, cancellation);
        return _files.Count;
    }

    /// <summary>
    /// Collects the rest and packs. The folder stays until <see cref="Forget"/>: if the agent is killed before the journal names the bundle, the next
    /// one finds it there.
    /// </summary>
    /// <returns>The path of the bundle, and its manifest.</returns>
    public async Task<(string Path, BundleManifest Manifest)> CompleteAsync(Action<string> progress, CancellationToken cancellation)
    {
        if (_note is null && staging.Read() is { IsPacked: true } packed)
            return (packed.Path!, Manifest(packed));
        if (_note is null)
            Open(goesOn: true);
        await CollectAsync([.. Wanted()], progress, cancellation);
        try
        {
            Note(_note! with { Path = FreePath(), Entries = BundleArchive.Entries(staging.Folder, _files) });
            BundleArchive.Pack(staging.Folder, _note.Path!, Manifest(_note));
        }
        catch (IOException)
        {
            // On a full disk the folder would keep the room that the next bundle needs.
            staging.Drop();
            throw;
        }

        staging.DropFiles();
        new BundleRetention(settings, clock).Apply();
        return (_note.Path!, Manifest(_note));
    }

    /// <summary>Drops the folder: the journal now says where the bundle lies.</summary>
    public void Forget() => staging.Drop();

    private void Open(bool goesOn)
    {
        Directory.CreateDirectory(settings.Folder);
        staging.DropLeftovers(clock.HostNow());
        _room = new BundleRoom(Math.Min(full ? settings.FullMaxBytes : settings.FastMaxBytes, FreeBytes() / 2));
        if (goesOn && staging.Read() is { IsPacked: false } begun)
        {
            GoOn(begun);
        }
        else
        {
            staging.Begin();
            Note(new BundleNote(clock.HostNow(), engines, [], []));
        }

        _sources = sourcesOf(_note!.Engines);
    }

    private void GoOn(BundleNote begun)
    {
        var kept = staging.KeepOnly(begun.Files);
        foreach (var file in kept)
        {
            _files.Add(file.Path);
            _room!.Take(file.Bytes);
        }

        // Only a power cut can remove files that were noted.
        var lost = begun.Files.Except(kept).Select(f => f.Path).ToList();
        _reports.AddRange(begun.Sources);
        if (lost.Count > 0)
            _reports.Add(new BundleSourceReport("collected-before", 0, 0, [$"lost when the agent ended: {string.Join(", ", lost)}"], []));
        Note(begun with { TakenUp = [.. begun.TakenUp, clock.HostNow()], Path = null, Entries = [] });
    }

    private void Note(BundleNote note)
    {
        var files = _files.Distinct(StringComparer.Ordinal).Select(f => new CollectedFile(f, new FileInfo(Path.Combine(staging.Folder, f)).Length));
        _note = note with { Sources = [.. _reports], Files = [.. files] };
        try
        {
            staging.Write(_note);
        }
        catch (IOException)
        {
            // The disk is full. The bundle holds the files that it got, and only the next agent after a kill would need the note.
        }
    }

    private BundleManifest Manifest(BundleNote note) => new(2, incidentId, note.At, host, full, note.Sources, note.Entries) { TakenUp = note.TakenUp };

    /// <summary>The sources that neither this agent nor an earlier one has collected yet.</summary>
    private IEnumerable<IBundleSource> Wanted() => _sources.Where(s => (full || !s.IsSlow) && !_reports.Exists(r => r.Source == s.Name));

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
            // The last source is the vendor's collector: it takes minutes and may have all the time that is left.
            var time = source == wanted[^1] ? left : Shorter(left, whole * (full ? SourceShareFull : SourceShareFast));
            var least = Shorter(whole * SourceLeast, LongestLeast);
            time = time > least ? time : least;
            using var share = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            share.CancelAfter(time);
            var folder = new BundleFolder(staging.Folder, redaction, settings.SourceMaxBytes, _room!, share.Token) { Time = time, ScratchIsStaged = true };
            await RunAsync(source, folder, share.Token, cancellation);
            var (written, problems, absent) = folder.Close();
            _files.AddRange(written);
            _reports.Add(new BundleSourceReport(source.Name, written.Count, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 3), problems, absent));
            Note(_note!);
        }
    }

    /// <summary>
    /// A source may sit in a system call that no token ends (/proc of a process in the driver, a dead mount). So it runs on a thread of its own, and
    /// is left behind when it does not come back.
    /// </summary>
    [SuppressMessage("Design", "CA1031", Justification = "A source's own mistake is a line in the manifest: the others still give what they have.")]
    private static async Task RunAsync(IBundleSource source, BundleFolder folder, CancellationToken share, CancellationToken cancellation)
    {
        try
        {
            var running = Task.Factory.StartNew(() => source.CollectAsync(folder, share), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap();
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
            folder.Note($"the source itself failed: {mistake.Message}");
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>The free room matters, because files are on the disk twice while they are packed.</summary>
    private long FreeBytes() => new DriveInfo(settings.Folder).AvailableFreeSpace;

    private string FreePath()
    {
        for (var i = 1; ; i++)
        {
            var path = Path.Combine(settings.Folder, $"{staging.Name}-{i}.tar.gz");
            if (!File.Exists(path))
                return path;
        }
    }
}
