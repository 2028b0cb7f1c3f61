using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Agent.Bundles;
using Agent.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Bundles;

public sealed class BundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);

    [Fact]
    public async Task A_bundle_holds_every_file_with_its_sum_and_nothing_half_done_beside_it()
    {
        var (path, manifest) = await WriteAsync(new Source("engine-log", f => f.Write("a/engine.log", "line\n")), new Source("npu-smi", f => f.Write("info.txt", "table")));
        manifest.Entries.Select(e => e.Path).ShouldBe(["engine-log/a/engine.log", "npu-smi/info.txt"]);
        var files = Files(path);
        foreach (var entry in manifest.Entries)
            Convert.ToHexStringLower(SHA256.HashData(files[entry.Path])).ShouldBe(entry.Sha256);
        JsonSerializer.Deserialize(files[Bundle.ManifestName], BundleJson.Default.BundleManifest)!.Entries.ShouldBe(manifest.Entries);
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBe([path]);
        (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public async Task A_source_that_fails_is_a_line_in_the_manifest_and_the_others_give_what_they_have()
    {
        var (path, manifest) = await WriteAsync(
            new Source("broken", _ => throw new InvalidOperationException("a mistake")),
            new Source("refused", _ => throw new UnauthorizedAccessException("not for you")),
            new Source("sound", f => f.Write("info.txt", "table")));
        manifest.Sources.Single(s => s.Source == "broken").Problems.ShouldHaveSingleItem().ShouldContain("a mistake");
        manifest.Sources.Single(s => s.Source == "refused").Problems.ShouldBe(["not for you"]);
        Files(path).Keys.ShouldContain("sound/info.txt");
    }

    [Fact]
    public async Task A_source_that_never_ends_is_out_of_time_and_the_bundle_is_written()
    {
        var (_, manifest) = await WriteAsync(Settings() with { FastDeadline = TimeSpan.FromMilliseconds(100) }, new Source("stuck", (_, cancellation) => Task.Delay(Timeout.InfiniteTimeSpan, cancellation)));
        manifest.Sources.Single().Problems.ShouldBe(["out of time"]);
    }

    [Fact]
    public async Task A_link_that_was_planted_carries_nothing_away()
    {
        using var logs = new TemporaryFolder();
        File.WriteAllText(logs.File("device.log"), "log");
        File.CreateSymbolicLink(logs.File("planted"), "/etc/passwd");
        Directory.CreateSymbolicLink(logs.File("planted-folder"), "/etc");
        var (path, _) = await WriteAsync(new Source("dlog", f => f.WriteFolder(logs.Path)));
        Files(path).Keys.Order(StringComparer.Ordinal).ShouldBe(["dlog/device.log", Bundle.ManifestName]);
    }

    [Fact]
    public async Task What_is_too_large_is_cut_and_told()
    {
        var (path, manifest) = await WriteAsync(Settings() with { SourceMaxBytes = 1000 }, new Source("engine-log", f => f.Write("engine.log", string.Concat(Enumerable.Repeat("a line of the log\n", 1000)))));
        manifest.Sources.Single().Problems.ShouldHaveSingleItem().ShouldContain("the source may use 1000");
        Files(path)["engine-log/engine.log"].Length.ShouldBeLessThanOrEqualTo(1000);
    }

    [Fact]
    public async Task The_oldest_bundles_go_when_there_are_too_many()
    {
        List<string> written = [];
        for (var i = 0; i < 4; i++)
        {
            written.Add((await WriteAsync(Settings() with { MaxCount = 2 }, new Source("s", f => f.Write("a", "b")))).Path);
            File.SetLastWriteTimeUtc(written[^1], Story.Start.UtcDateTime.AddMinutes(i));
        }

        Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).ShouldBe(written[^2..].Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private BundleSettings Settings() => new(_folder.Path, 10, 1 << 30, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), 1 << 20, 1 << 20);

    private Task<(string Path, BundleManifest Manifest)> WriteAsync(params IBundleSource[] sources) => WriteAsync(Settings(), sources);

    private Task<(string Path, BundleManifest Manifest)> WriteAsync(BundleSettings settings, params IBundleSource[] sources) =>
        new Bundle(settings, sources, new Redaction([]), "host1", _clock).WriteAsync("a-fast", "a", full: false, _ => { }, CancellationToken.None);

    private static Dictionary<string, byte[]> Files(string path)
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

    private sealed class Source(string name, Func<BundleFolder, CancellationToken, Task> collect) : IBundleSource
    {
        public Source(string name, Action<BundleFolder> collect)
            : this(name, (folder, _) =>
            {
                collect(folder);
                return Task.CompletedTask;
            })
        {
        }

        public string Name => name;

        public bool IsSlow => false;

        public Task CollectAsync(BundleFolder folder, CancellationToken cancellation) => collect(folder, cancellation);
    }
}
