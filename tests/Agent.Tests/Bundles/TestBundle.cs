using System.Formats.Tar;
using System.IO.Compression;
using Agent.Bundles;
using Agent.Configuration;
using Agent.ForeignText;

namespace Agent.Tests.Bundles;

/// <summary>A bundle of incident "a" by sources that a test gives.</summary>
internal static class TestBundle
{
    public static Bundle Of(BundleSettings settings, bool full, TimeProvider clock, params IReadOnlyList<IBundleSource> sources) =>
        Of(settings, full, clock, [], _ => sources);

    public static Bundle Of(
        BundleSettings settings,
        bool full,
        TimeProvider clock,
        IReadOnlyList<EngineTrace> engines,
        Func<IReadOnlyList<EngineTrace>, IReadOnlyList<IBundleSource>> sourcesOf) =>
        new(settings, new BundleStaging(settings, "a", full), engines, sourcesOf, new Redaction([]), "host1", "a", full, clock);

    public static BundleSettings Settings(string folder) => new()
    {
        Folder = folder,
        MaxCount = 10,
        MaxBytes = 1 << 30,
        MaxAge = TimeSpan.FromDays(30),
        FastDeadline = TimeSpan.FromSeconds(10),
        FullDeadline = TimeSpan.FromSeconds(10),
        FastMaxBytes = 1 << 30,
        FullMaxBytes = 1 << 30,
        SourceMaxBytes = 1 << 20,
    };

    public static Dictionary<string, byte[]> Files(string path)
    {
        using var file = File.OpenRead(path);
        using var zip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(zip);
        Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
        while (tar.GetNextEntry(copyData: true) is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files[entry.Name] = content.ToArray();
        }

        return files;
    }
}

internal sealed class TestSource(string name, Func<BundleFolder, CancellationToken, Task> collect) : IBundleSource
{
    public TestSource(string name, Action<BundleFolder> collect)
        : this(name, (folder, _) =>
        {
            collect(folder);
            return Task.CompletedTask;
        })
    {
    }

    public string Name => name;

    public bool IsSlow => false;

    public Loss LostBy { get; init; }

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation) => collect(folder, cancellation);
}
