using System.Text;
using Agent.Adapters.Files;
using Agent.Domain;
using Agent.ForeignText;

namespace Agent.Bundles;

/// <summary>The bytes by which a whole bundle may still grow. Its sources share them.</summary>
internal sealed class BundleRoom(long bytes)
{
    public long Left { get; private set; } = bytes;

    public void Take(long bytes) => Left -= bytes;
}

/// <summary>
/// The folder of one source's files until they are packed; names are those in the bundle. Everything goes through redaction and under two caps, that
/// of the source and that of the bundle. A source that does not come back is left behind: its finished files are kept, and its later files are not.
/// </summary>
internal sealed class BundleFolder(string staging, Redaction redaction, long maxBytes, BundleRoom room, CancellationToken cancellation)
{
    private readonly Lock _gate = new();
    private readonly List<string> _problems = [];
    private readonly List<string> _absent = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private long _written;
    private bool _closed;

    private long Left => Math.Min(maxBytes - _written, room.Left);

    /// <summary>The whole time of the source. After it, the source is cancelled.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The temporary folder of a source lies beside the bundle's files. So it is removed with them after the agent was killed.</summary>
    public bool ScratchIsStaged { get; init; }

    /// <summary>A source could not get something. The rest goes on.</summary>
    public void Note(string problem) => Add(_problems, problem);

    /// <summary>This host does not have something that other hosts have. This is only for the manifest: it is no news to an operator.</summary>
    public void Absent(string what) => Add(_absent, what);

    public void Write(string name, string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Write(name, source, FileMode.Create, long.MaxValue, skip: 0);
    }

    /// <summary>Adds to a file that this source or an earlier one began.</summary>
    public void Append(string name, string text)
    {
        using var source = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Write(name, source, FileMode.Append, long.MaxValue, skip: 0);
    }

    /// <summary>The end of a file. Redaction looks a little further back, so that the cut tears no secret.</summary>
    public void WriteTail(string name, Stream source, long bytes)
    {
        var begin = Math.Max(0, source.Length - bytes);
        source.Position = Math.Max(0, begin - Redaction.Context);
        Write(name, source, FileMode.Create, bytes, skip: begin - source.Position);
    }

    /// <summary>Takes over files of a folder. Each file has a limit; of a longer file, the end is taken.</summary>
    /// <param name="source">The folder.</param>
    /// <param name="files">Some of its files, the most important ones first.</param>
    /// <param name="target">Gives the name in the bundle for a name in the folder.</param>
    /// <param name="fileBytes">The limit of one file.</param>
    public void WriteFiles(PlainFolder source, IReadOnlyList<FileInfo> files, Func<string, string> target, long fileBytes)
    {
        for (var i = 0; i < files.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Left <= 0)
            {
                Note($"{Counted.Text(files.Count - i, "more file")} of {source.Path} left out: {Cap()}");
                return;
            }

            var name = source.NameOf(files[i]);
            try
            {
                using var file = source.Open(name);
                if (file.Length > fileBytes)
                    Note($"{target(name)}: its last {fileBytes} of {Counted.Text(file.Length, "byte")}");
                WriteTail(target(name), file, fileBytes);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                Note($"{name}: {refused.Message}");
            }
        }
    }

    /// <summary>Ends the source: later files do not count.</summary>
    public (IReadOnlyList<string> Files, IReadOnlyList<string> Problems, IReadOnlyList<string> Absent) Close()
    {
        lock (_gate)
        {
            _closed = true;
            return ([.. _files], [.. _problems], [.. _absent]);
        }
    }

    /// <summary>A new empty folder that nobody else may read. The caller deletes it.</summary>
    public string Scratch(string prefix) => ScratchIsStaged
        ? Directory.CreateDirectory(Path.Combine(staging, $"{prefix}{Guid.NewGuid():N}")).FullName
        : Directory.CreateTempSubdirectory(prefix).FullName;

    private void Write(string name, Stream source, FileMode mode, long fileBytes, long skip)
    {
        // The folder may be gone by now, and must not come back.
        lock (_gate)
        {
            if (_closed)
                throw new OperationCanceledException("the source was left behind");
        }

        var target = Path.Combine(staging, name);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        using var file = new FileStream(target, mode, FileAccess.Write);
        var before = file.Length;
        try
        {
            var cap = Math.Min(fileBytes, Left);
            if (!redaction.Copy(source, file, cap, skip, cancellation))
                Note($"{name}: cut at {Counted.Text(file.Length, "byte")}: {(cap < fileBytes ? Cap() : $"a file may have {fileBytes}")}");
        }
        finally
        {
            Count(name, file.Length - before);
        }
    }

    private void Count(string name, long bytes)
    {
        lock (_gate)
        {
            if (_closed)
                return;
            _written += bytes;
            room.Take(bytes);
            _files.Add(name);
        }
    }

    private string Cap() => room.Left < maxBytes - _written ? "the bundle is full" : $"the source may use {maxBytes}";

    private void Add(List<string> list, string text)
    {
        lock (_gate)
            list.Add(redaction.Clean(text));
    }
}
