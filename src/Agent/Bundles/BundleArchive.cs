using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.Files;

namespace Agent.Bundles;

/// <summary>One file of a bundle.</summary>
internal sealed record BundleEntry(string Path, long Bytes, string Sha256);

/// <summary>The result of one source: its files, its time, its problems, and the things that this host does not have.</summary>
internal sealed record BundleSourceReport(string Source, int Files, double Seconds, IReadOnlyList<string> Problems, IReadOnlyList<string> Absent);

internal sealed record BundleManifest(
    int SchemaVersion,
    string Incident,
    DateTimeOffset At,
    string Host,
    bool Full,
    IReadOnlyList<BundleSourceReport> Sources,
    IReadOnlyList<BundleEntry> Entries)
{
    /// <summary>The times at which later agents went on with it, because the agent before ended too early.</summary>
    public IReadOnlyList<DateTimeOffset> TakenUp { get; init; } = [];
}

/// <summary>Makes one .tar.gz that is there whole or not at all.</summary>
internal static class BundleArchive
{
    // Files outside the layout of the vendor's fault diagnosis lie in a folder of our own.
    public const string ManifestName = "npu-agent/manifest.json";

    public static List<BundleEntry> Entries(string staging, IEnumerable<string> files)
    {
        List<BundleEntry> entries = [];
        foreach (var file in files.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(Path.Combine(staging, file));
            entries.Add(new BundleEntry(file, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream))));
        }

        return entries;
    }

    public static void Pack(string staging, string path, BundleManifest manifest)
    {
        // Evidence may hold prompts and addresses, so only the owner may read it.
        WholeFile.Write(path, UnixFileMode.UserRead | UnixFileMode.UserWrite, overwrite: false, file =>
        {
            using var zip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
            using var tar = new TarWriter(zip, TarEntryFormat.Pax);
            using var text = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BundleJson.Default.BundleManifest));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, ManifestName) { DataStream = text });
            foreach (var entry in manifest.Entries)
                tar.WriteEntry(Path.Combine(staging, entry.Path), entry.Path);
        });
    }
}

[JsonSerializable(typeof(BundleManifest))]
[JsonSerializable(typeof(BundleNote))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
internal sealed partial class BundleJson : JsonSerializerContext;
