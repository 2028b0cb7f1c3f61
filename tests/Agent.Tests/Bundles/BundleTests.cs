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
        var (path, manifest) = await WriteAsync(
            new TestSource("engine-log", f => f.Write("worker-0.log", "line\n")),
            new TestSource("npu-smi", f => f.Write("environment_check/npu_info_after.txt", "table")));
        manifest.Entries.Select(e => e.Path).ShouldBe(["environment_check/npu_info_after.txt", "worker-0.log"]);
        var files = TestBundle.Files(path);
        foreach (var entry in manifest.Entries)
            Convert.ToHexStringLower(SHA256.HashData(files[entry.Path])).ShouldBe(entry.Sha256);
        JsonSerializer.Deserialize(files[BundleArchive.ManifestName], BundleJson.Default.BundleManifest)!.Entries.ShouldBe(manifest.Entries);
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBe([path]);
        (File.GetUnixFileMode(path) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(UnixFileMode.None);
    }

    [Fact]
    public async Task A_source_that_fails_is_a_line_in_the_manifest_and_the_others_give_what_they_have()
    {
        var (path, manifest) = await WriteAsync(
            new TestSource("broken", _ => throw new InvalidOperationException("a mistake")),
            new TestSource("refused", _ => throw new UnauthorizedAccessException("not for you")),
            new TestSource("sound", f => f.Write("info.txt", "table")));
        manifest.Sources.Single(s => s.Source == "broken").Problems.ShouldHaveSingleItem().ShouldContain("a mistake");
        manifest.Sources.Single(s => s.Source == "refused").Problems.ShouldBe(["not for you"]);
        TestBundle.Files(path).Keys.ShouldContain("info.txt");
    }

    [Fact]
    public async Task A_source_that_never_ends_is_out_of_time_and_the_bundle_is_written()
    {
        var (_, manifest) = await WriteAsync(Settings() with { FastDeadline = TimeSpan.FromMilliseconds(100) }, new TestSource("stuck", NeverEnds));
        manifest.Sources.Single().Problems.ShouldBe(["out of time"]);
    }

    [Fact]
    public async Task A_source_that_no_token_ends_is_left_behind_with_what_it_finished_and_the_next_one_has_its_time()
    {
        using var never = new ManualResetEventSlim();
        var (path, manifest) = await WriteAsync(
            Settings() with { FastDeadline = TimeSpan.FromMilliseconds(500) },
            new TestSource("in-the-driver", f =>
            {
                f.Write("first.txt", "finished");
                never.Wait(CancellationToken.None);
                f.Write("late.txt", "too late");
            }),
            new TestSource("sound", f => f.Write("info.txt", "table")));
        never.Set();
        manifest.Sources[0].Problems.ShouldBe(["out of time"]);
        TestBundle.Files(path).Keys.Order(StringComparer.Ordinal).ShouldBe(["first.txt", "info.txt", BundleArchive.ManifestName]);
    }

    [Fact]
    public async Task A_bundle_of_sources_that_never_end_is_written_with_each_of_them_out_of_time()
    {
        var stuck = Enumerable.Range(0, 8).Select(i => new TestSource($"stuck-{i}", NeverEnds)).ToArray<IBundleSource>();
        var (_, manifest) = await TestBundle.Of(Settings() with { FastDeadline = TimeSpan.FromSeconds(3) }, full: false, TimeProvider.System, stuck)
            .WriteAsync(_ => { }, CancellationToken.None);
        manifest.Sources.Count.ShouldBe(stuck.Length);
        manifest.Sources.SelectMany(s => s.Problems).ShouldAllBe(p => p == "out of time");
    }

    [Theory]
    [InlineData(false, "processes")]
    [InlineData(true, "processes, device-logs")]
    public async Task What_the_next_step_destroys_is_collected_before_it_and_the_rest_is_left_for_later(bool full, string before)
    {
        List<string> collected = [];
        IBundleSource[] sources =
        [
            Noting("processes", Loss.EngineStop), Noting("engine-log", Loss.Nothing), Noting("device-logs", Loss.ChipReset),
        ];
        var bundle = TestBundle.Of(Settings(), full, _clock, sources);
        await bundle.BeginAsync(_ => { }, CancellationToken.None);
        string.Join(", ", collected).ShouldBe(before);
        var (path, manifest) = await bundle.CompleteAsync(_ => { }, CancellationToken.None);
        collected.Count.ShouldBe(3, "each once");
        manifest.Entries.Count.ShouldBe(3);
        bundle.Forget();
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBe([path]);

        TestSource Noting(string name, Loss lostBy) => new(name, f =>
        {
            collected.Add(name);
            f.Write(name, "found");
        })
        { LostBy = lostBy };
    }

    [Fact]
    public async Task What_a_host_does_not_have_is_in_the_manifest_and_is_no_problem()
    {
        var (_, manifest) = await WriteAsync(new TestSource("hccn_tool", f => f.Absent("hccn_tool: program not found")));
        manifest.Sources.Single().Problems.ShouldBeEmpty();
        manifest.Sources.Single().Absent.ShouldBe(["hccn_tool: program not found"]);
    }

    [Fact]
    public async Task What_is_too_large_is_cut_and_told()
    {
        var source = new TestSource("engine-log", f => f.Write("engine.log", Lines(1000)));
        var (path, manifest) = await WriteAsync(Settings() with { SourceMaxBytes = 1000 }, source);
        manifest.Sources.Single().Problems.ShouldHaveSingleItem().ShouldContain("the source may use 1000");
        TestBundle.Files(path)["engine.log"].Length.ShouldBeLessThanOrEqualTo(1000);
    }

    [Fact]
    public async Task All_sources_together_stay_below_the_size_of_a_bundle()
    {
        var (path, manifest) = await WriteAsync(
            Settings() with { FastMaxBytes = 20_000 },
            [.. Enumerable.Range(0, 5).Select(i => new TestSource($"s{i}", f => f.Write($"{i}.log", Lines(500))))]);
        TestBundle.Files(path).Where(f => f.Key != BundleArchive.ManifestName).Sum(f => f.Value.Length).ShouldBeInRange(18_000, 20_000);
        manifest.Sources[^1].Problems.ShouldHaveSingleItem().ShouldContain("the bundle is full");
    }

    [Fact]
    public async Task A_bundle_goes_when_it_is_too_old_and_the_newest_stays_whatever_its_age()
    {
        List<string> written = [];
        foreach (var days in (int[])[31, 29])
        {
            written.Add((await WriteAsync(new TestSource("s", f => f.Write("a", "b")))).Path);
            File.SetLastWriteTimeUtc(written[^1], Story.Start.UtcDateTime.AddDays(-days));
        }

        new BundleRetention(Settings(), _clock).Apply();
        Directory.GetFiles(_folder.Path).ShouldBe([written[1]]);
        _clock.Advance(TimeSpan.FromDays(60));
        new BundleRetention(Settings(), _clock).Apply();
        Directory.GetFiles(_folder.Path).ShouldBe([written[1]]);
    }

    [Fact]
    public async Task Bundles_go_when_they_take_too_many_bytes()
    {
        for (var i = 0; i < 3; i++)
            await WriteAsync(Settings() with { MaxBytes = 1 }, new TestSource("s", f => f.Write("a", "b")));
        Directory.GetFiles(_folder.Path).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_oldest_bundles_go_when_there_are_too_many()
    {
        List<string> written = [];
        for (var i = 0; i < 4; i++)
        {
            written.Add((await WriteAsync(Settings() with { MaxCount = 2 }, new TestSource("s", f => f.Write("a", "b")))).Path);
            File.SetLastWriteTimeUtc(written[^1], Story.Start.UtcDateTime.AddMinutes(i));
        }

        Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal).ShouldBe(written[^2..].Order(StringComparer.Ordinal));
    }

    public void Dispose() => _folder.Dispose();

    private static Task NeverEnds(BundleFolder folder, CancellationToken cancellation) => new TaskCompletionSource().Task.WaitAsync(cancellation);

    private BundleSettings Settings() => TestBundle.Settings(_folder.Path);

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("a line of the log\n", count));

    private Task<(string Path, BundleManifest Manifest)> WriteAsync(params IBundleSource[] sources) => WriteAsync(Settings(), sources);

    private Task<(string Path, BundleManifest Manifest)> WriteAsync(BundleSettings settings, params IBundleSource[] sources) =>
        TestBundle.Of(settings, full: false, _clock, sources).WriteAsync(_ => { }, CancellationToken.None);
}
