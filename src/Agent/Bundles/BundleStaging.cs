using System.Text.Json;
using Agent.Adapters.Files;
using Agent.Configuration;

namespace Agent.Bundles;

/// <summary>The folder beside a bundle that holds its files until they are packed, with the note of the progress.</summary>
internal sealed class BundleStaging(BundleSettings settings, string incidentId, bool full)
{
    private const string Prefix = ".collecting-";
    private const string NoteName = "collected-so-far.json";

    // A tool may have left links in a source's folder, and they may lead anywhere.
    private static readonly EnumerationOptions NoLinks = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private static readonly TimeSpan LeftoverAfter = TimeSpan.FromDays(1);

    private readonly string _fast = Path.GetFullPath(Path.Combine(settings.Folder, $"{Prefix}{incidentId}-fast"));

    public string Name { get; } = $"{incidentId}-{(full ? "full" : "fast")}";

    public string Folder => full ? Path.Combine(Path.GetDirectoryName(_fast)!, Prefix + Name) : _fast;

    private string NoteFile => Path.Combine(Folder, NoteName);

    /// <returns>Null when nothing was begun, or nothing that can be continued.</returns>
    public BundleNote? Read()
    {
        try
        {
            return File.Exists(NoteFile) ? JsonSerializer.Deserialize(File.ReadAllText(NoteFile), BundleJson.Default.BundleNote) : null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Takes over files that a narrower recovery began to collect and did not complete. They are the earliest evidence of the incident.
    /// </summary>
    public void TakeOverFast()
    {
        if (full && !Directory.Exists(Folder) && Directory.Exists(_fast))
            Directory.Move(_fast, Folder);
    }

    /// <summary>Writes the note whole or not at all, so that a kill does no harm. After a power cut the files may be gone as well.</summary>
    public void Write(BundleNote note)
    {
        WholeFile.Write(NoteFile, JsonSerializer.Serialize(note, BundleJson.Default.BundleNote));
    }

    /// <summary>An empty folder, for the owner only.</summary>
    public void Begin()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Folder);
        else
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Drops files that a source was writing when the agent ended. That source begins anew.</summary>
    /// <returns>The files that are there with the noted size.</returns>
    public IReadOnlyList<CollectedFile> KeepOnly(IReadOnlyList<CollectedFile> noted)
    {
        var bytes = noted.ToDictionary(f => Path.Combine(Folder, f.Path), f => f.Bytes, StringComparer.Ordinal);
        foreach (var file in new DirectoryInfo(Folder).EnumerateFiles("*", NoLinks))
        {
            if (file.FullName == NoteFile)
                continue;
            if (!bytes.TryGetValue(file.FullName, out var wanted) || file.Length < wanted)
                file.Delete();
            else if (file.Length > wanted)
                Cut(file.FullName, wanted);
        }

        return [.. noted.Where(f => File.Exists(Path.Combine(Folder, f.Path)))];
    }

    /// <summary>Drops all files but the note. The note tells the place of the bundle until the journal does.</summary>
    public void DropFiles() => Drop(() =>
    {
        foreach (var folder in Directory.EnumerateDirectories(Folder))
            Directory.Delete(folder, recursive: true);
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            if (file != NoteFile)
                File.Delete(file);
        }
    });

    public void Drop() => Drop(() => Directory.Delete(Folder, recursive: true));

    /// <summary>Drops the folders of collections that nobody continued. A young folder may belong to another process that is still at work.</summary>
    public void DropLeftovers(DateTimeOffset now)
    {
        var old = (now - LeftoverAfter).UtcDateTime;
        var folder = new DirectoryInfo(settings.Folder);
        foreach (var left in folder.EnumerateDirectories(Prefix + "*").Where(d => d.LastWriteTimeUtc < old && d.FullName != Folder && d.FullName != _fast))
            left.Delete(recursive: true);
        foreach (var left in folder.EnumerateFiles("*.tar.gz" + WholeFile.NewEnding).Where(f => f.LastWriteTimeUtc < old))
            left.Delete();
    }

    private static void Cut(string path, long bytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.SetLength(bytes);
    }

    private void Drop(Action delete)
    {
        try
        {
            if (Directory.Exists(Folder))
                delete();
        }
        catch (IOException)
        {
            // A source that was left behind has just written into the folder. The next bundle drops it.
        }
    }
}
