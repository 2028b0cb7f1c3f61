using System.Diagnostics.CodeAnalysis;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Configuration;

namespace Agent.Bundles;

/// <summary>One file of a bundle.</summary>
internal sealed record BundleEntry(string Path, long Bytes, string Sha256);

/// <summary>What one source gave, how long it took and what it could not get.</summary>
internal sealed record BundleSourceReport(string Source, int Files, double Seconds, IReadOnlyList<string> Problems);

internal sealed record BundleManifest(int SchemaVersion, string Incident, DateTimeOffset At, string Host, bool Full, IReadOnlyList<BundleSourceReport> Sources, IReadOnlyList<BundleEntry> Entries);

/// <summary>
/// Writes evidence as one .tar.gz: collected into a folder beside it, packed under a temporary name, flushed to the disk and
/// renamed, so that a bundle is there whole or not at all.
/// </summary>
internal sealed class Bundle(BundleSettings settings, IReadOnlyList<IBundleSource> sources, Redaction redaction, string host, TimeProvider clock)
{
    public const string ManifestName = "manifest.json";

    private const string StagingPrefix = ".collecting-";
    private const string NewEnding = ".new";

    /// <returns>Path of the bundle, and its manifest.</returns>
    public async Task<(string Path, BundleManifest Manifest)> WriteAsync(string name, string incidentId, bool full, Action<string> progress, CancellationToken cancellation)
    {
        Directory.CreateDirectory(settings.Folder);
        DropLeftovers();
        var staging = Path.Combine(settings.Folder, StagingPrefix + name);
        try
        {
            var at = clock.GetUtcNow();
            var reports = await CollectAsync(staging, full, progress, cancellation);
            var manifest = new BundleManifest(1, incidentId, at, host, full, reports, Entries(staging));
            var path = FreePath(name);
            Pack(staging, path, manifest);
            KeepWithinLimits();
            return (path, manifest);
        }
        finally
        {
            if (Directory.Exists(staging))
                Directory.Delete(staging, recursive: true);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A source's own mistake is a line in the manifest: the others still give what they have.")]
    private async Task<IReadOnlyList<BundleSourceReport>> CollectAsync(string staging, bool full, Action<string> progress, CancellationToken cancellation)
    {
        // What an agent that was killed had collected is not evidence of this incident at this time.
        if (Directory.Exists(staging))
            Directory.Delete(staging, recursive: true);
        CreateForOwner(staging);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(full ? settings.FullDeadline : settings.FastDeadline);
        List<BundleSourceReport> reports = [];
        foreach (var source in sources.Where(s => full || !s.IsSlow))
        {
            progress($"collecting {source.Name}");
            var begun = clock.GetTimestamp();
            var path = Path.Combine(staging, source.Name);
            var folder = new BundleFolder(path, redaction, settings.SourceMaxBytes);
            try
            {
                Directory.CreateDirectory(path);
                await source.CollectAsync(folder, limit.Token);
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

            var files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Count() : 0;
            reports.Add(new BundleSourceReport(source.Name, files, Math.Round(clock.GetElapsedTime(begun).TotalSeconds, 3), folder.Problems));
        }

        return reports;
    }

    private static List<BundleEntry> Entries(string staging)
    {
        List<BundleEntry> entries = [];
        foreach (var file in Directory.EnumerateFiles(staging, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            entries.Add(new BundleEntry(Path.GetRelativePath(staging, file), stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream))));
        }

        return entries;
    }

    private static void Pack(string staging, string path, BundleManifest manifest)
    {
        var temporary = path + NewEnding;
        try
        {
            WriteArchive(staging, temporary, manifest);
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException)
        {
            // On a full disk a torn archive would keep the room that the next try needs.
            File.Delete(temporary);
            throw;
        }
    }

    private static void WriteArchive(string staging, string path, BundleManifest manifest)
    {
        // Evidence may hold prompts and addresses: for the owner only.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        using (var zip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(zip, TarEntryFormat.Pax))
        {
            using var text = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BundleJson.Default.BundleManifest));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, ManifestName) { DataStream = text });
            foreach (var entry in manifest.Entries)
                tar.WriteEntry(Path.Combine(staging, entry.Path), entry.Path);
        }

        file.Flush(flushToDisk: true);
    }

    private static void CreateForOwner(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Of collections that were killed. Young ones may be another process's that is at it now.</summary>
    private void DropLeftovers()
    {
        var old = (clock.GetUtcNow() - TimeSpan.FromDays(1)).UtcDateTime;
        var folder = new DirectoryInfo(settings.Folder);
        foreach (var left in folder.EnumerateDirectories(StagingPrefix + "*").Where(d => d.LastWriteTimeUtc < old))
            left.Delete(recursive: true);
        foreach (var left in folder.EnumerateFiles("*.tar.gz" + NewEnding).Where(f => f.LastWriteTimeUtc < old))
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

    /// <summary>The oldest go first; the one just written stays whatever its size.</summary>
    private void KeepWithinLimits()
    {
        long bytes = 0;
        var count = 0;
        foreach (var file in new DirectoryInfo(settings.Folder).EnumerateFiles("*.tar.gz").OrderByDescending(f => f.LastWriteTimeUtc))
        {
            bytes += file.Length;
            if (++count > 1 && (count > settings.MaxCount || bytes > settings.MaxBytes))
                file.Delete();
        }
    }
}

[JsonSerializable(typeof(BundleManifest))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
internal sealed partial class BundleJson : JsonSerializerContext;
