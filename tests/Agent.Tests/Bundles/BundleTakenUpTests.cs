using System.Text;
using Agent.Adapters.Files;
using Agent.Bundles;
using Agent.Configuration;
using Agent.Domain.Recovery;
using Agent.Supervision;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Bundles;

/// <summary>An agent that ends in the middle of a bundle leaves it to the next one: what a step has destroyed since is not to be had again.</summary>
public sealed class BundleTakenUpTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly List<string> _collected = [];

    // What is on the host: a step that destroys it changes this.
    private string _onHost = "of the fault";

    private BundleSettings Settings => TestBundle.Settings(_folder.Path);

    [Theory]
    [InlineData(true, "processes, device-logs, engine-log")]
    [InlineData(false, "processes, engine-log")]
    public async Task What_was_collected_before_the_agent_ended_is_in_the_bundle_that_the_next_completes(bool full, string each)
    {
        await Make(full).BeginAsync(_ => { }, CancellationToken.None);
        _onHost = "wiped";
        _clock.Advance(TimeSpan.FromMinutes(3));

        var next = Make(full);
        next.IsBegun.ShouldBeTrue();
        var (path, manifest) = await next.CompleteAsync(_ => { }, CancellationToken.None);
        string.Join(", ", _collected).ShouldBe(each, "each once, by one agent or the other");
        var files = TestBundle.Files(path);
        Encoding.UTF8.GetString(files["processes"]).ShouldBe("of the fault");
        Encoding.UTF8.GetString(files["engine-log"]).ShouldBe("wiped");
        if (full)
            Encoding.UTF8.GetString(files["device-logs"]).ShouldBe("of the fault");
        manifest.At.ShouldBe(Story.Start);
        manifest.TakenUp.ShouldBe([Story.Start.AddMinutes(3)]);
        manifest.Entries.Count.ShouldBe(files.Count - 1);
        next.Forget();
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBe([path]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_source_that_was_at_work_when_the_agent_ended_begins_anew_and_leaves_nothing_half_done(bool inTheSecondGo)
    {
        using var end = new CancellationTokenSource();
        var ends = true;
        IReadOnlyList<IBundleSource> sources =
        [
            new TestSource("npu-smi", f => f.Write("npu_info.txt", "table\n")) { LostBy = Loss.ChipReset },
            new TestSource("hccn_tool", async (f, cancellation) =>
            {
                f.Append("npu_info.txt", "link\n");
                f.Write(ends ? "half.txt" : "whole.txt", "text");
                if (ends)
                    await end.CancelAsync();
                cancellation.ThrowIfCancellationRequested();
            })
            { LostBy = inTheSecondGo ? Loss.Nothing : Loss.ChipReset },
        ];
        var first = TestBundle.Of(Settings, full: true, _clock, sources);
        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await first.BeginAsync(_ => { }, end.Token);
            await first.CompleteAsync(_ => { }, end.Token);
        });

        ends = false;
        var next = TestBundle.Of(Settings, full: true, _clock, sources);
        if (!inTheSecondGo)
            await next.BeginAsync(_ => { }, CancellationToken.None);
        var (path, _) = await next.CompleteAsync(_ => { }, CancellationToken.None);
        var files = TestBundle.Files(path);
        files.Keys.Order(StringComparer.Ordinal).ShouldBe([BundleArchive.ManifestName, "npu_info.txt", "whole.txt"]);
        Encoding.UTF8.GetString(files["npu_info.txt"]).ShouldBe("table\nlink\n");
    }

    [Fact]
    public async Task A_bundle_that_was_packed_and_is_in_no_journal_yet_is_found_and_not_packed_twice()
    {
        var first = Make(full: true);
        await first.BeginAsync(_ => { }, CancellationToken.None);
        var (path, manifest) = await first.CompleteAsync(_ => { }, CancellationToken.None);
        _collected.Clear();

        var next = Make(full: true);
        next.IsBegun.ShouldBeTrue();
        var (again, same) = await next.CompleteAsync(_ => { }, CancellationToken.None);
        again.ShouldBe(path);
        same.Entries.ShouldBe(manifest.Entries);
        _collected.ShouldBeEmpty();
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public async Task A_folder_written_with_a_detour_and_a_link_that_a_tool_left_take_nothing_away()
    {
        var outside = Directory.CreateDirectory(_folder.File("outside")).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "of-somebody"), "else", CancellationToken.None);
        var settings = TestBundle.Settings(Path.Combine(_folder.Path, "outside", "..", "bundles/"));
        IBundleSource source = new TestSource("device-logs", f => f.Write("device-logs", "found")) { LostBy = Loss.ChipReset };
        await TestBundle.Of(settings, full: true, _clock, source).BeginAsync(_ => { }, CancellationToken.None);
        Directory.CreateSymbolicLink(_folder.File("bundles/.collecting-a-full/link"), outside);
        var (path, _) = await TestBundle.Of(settings, full: true, _clock, source).CompleteAsync(_ => { }, CancellationToken.None);
        TestBundle.Files(path).Keys.ShouldContain("device-logs");
        File.Exists(Path.Combine(outside, "of-somebody")).ShouldBeTrue();
    }

    [Fact]
    public async Task Of_an_agent_that_ended_while_it_packed_nothing_is_lost_and_one_bundle_is_there()
    {
        await Make(full: true).BeginAsync(_ => { }, CancellationToken.None);
        var staging = new BundleStaging(Settings, "a", full: true);
        var path = _folder.File("a-full-1.tar.gz");
        staging.Write(staging.Read()! with { Path = path });
        await File.WriteAllTextAsync(path + WholeFile.NewEnding, "half of it", CancellationToken.None);

        var next = Make(full: true);
        (await next.CompleteAsync(_ => { }, CancellationToken.None)).Path.ShouldBe(path);
        TestBundle.Files(path).Keys.ShouldContain("device-logs");
        next.Forget();
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public async Task Another_recovery_of_the_same_incident_has_a_bundle_of_its_own()
    {
        var first = Make(full: false);
        await first.BeginAsync(_ => { }, CancellationToken.None);
        var (path, _) = await first.CompleteAsync(_ => { }, CancellationToken.None);
        _onHost = "of the next attempt";
        var second = Make(full: false);
        await second.BeginAsync(_ => { }, CancellationToken.None);
        var (other, manifest) = await second.CompleteAsync(_ => { }, CancellationToken.None);
        other.ShouldNotBe(path);
        manifest.TakenUp.ShouldBeEmpty();
        Encoding.UTF8.GetString(TestBundle.Files(other)["processes"]).ShouldBe("of the next attempt");
    }

    [Fact]
    public async Task A_wider_recovery_goes_on_with_what_a_narrower_one_began()
    {
        await Make(full: false).BeginAsync(_ => { }, CancellationToken.None);
        _onHost = "changed";
        var wider = Make(full: true);
        await wider.BeginAsync(_ => { }, CancellationToken.None);
        var (path, manifest) = await wider.CompleteAsync(_ => { }, CancellationToken.None);
        manifest.Full.ShouldBeTrue();
        Encoding.UTF8.GetString(TestBundle.Files(path)["processes"]).ShouldBe("of the fault");
        wider.Forget();
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public async Task Logs_are_those_of_the_run_that_ended_whatever_runs_when_the_bundle_is_completed()
    {
        await Of("first-run.log").BeginAsync(_ => { }, CancellationToken.None);
        var (path, _) = await Of("second-run.log").CompleteAsync(_ => { }, CancellationToken.None);
        Encoding.UTF8.GetString(TestBundle.Files(path)["engine-log"]).ShouldBe("first-run.log");

        Bundle Of(string log) => TestBundle.Of(Settings, full: false, _clock, [new EngineTrace("deepseek", log, Story.Start, new Dictionary<string, string>())],
            engines => [new TestSource("engine-log", f => f.Write("engine-log", engines[0].LogFile!))]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"at\":")]
    [InlineData(null)]
    public async Task What_cannot_be_gone_on_with_is_collected_anew(string? note)
    {
        var left = Directory.CreateDirectory(_folder.File(".collecting-a-full")).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "stray"), "of nobody knows when", CancellationToken.None);
        if (note is not null)
            await File.WriteAllTextAsync(Path.Combine(left, "collected-so-far.json"), note, CancellationToken.None);
        var (path, _) = await Make(full: true).CompleteAsync(_ => { }, CancellationToken.None);
        TestBundle.Files(path).Keys.ShouldNotContain("stray");
        TestBundle.Files(path).Keys.ShouldContain("device-logs");
    }

    [Fact]
    public async Task What_a_power_cut_took_back_is_told()
    {
        await Make(full: true).BeginAsync(_ => { }, CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(_folder.File(".collecting-a-full"), "device-logs"), "", CancellationToken.None);
        var (path, manifest) = await Make(full: true).CompleteAsync(_ => { }, CancellationToken.None);
        manifest.Sources.SelectMany(s => s.Problems).ShouldHaveSingleItem().ShouldContain("device-logs");
        TestBundle.Files(path).Keys.ShouldNotContain("device-logs");
    }

    [Theory]
    [InlineData(StepKind.CollectAllEvidence, "a-full-1.tar.gz", true)]
    [InlineData(StepKind.CollectEvidence, "a-fast-1.tar.gz", false)]
    public async Task The_next_agent_completes_what_was_begun_and_keeps_it_until_the_journal_names_the_bundle(StepKind begins, string name, bool full)
    {
        await new IncidentEvidence((_, f) => Make(f)).CollectAsync(begins, "a", _ => { }, CancellationToken.None);
        var outcome = await new IncidentEvidence((_, f) => Make(f)).CollectAsync(StepKind.CompleteEvidence, "a", _ => { }, CancellationToken.None);
        outcome.Bundle.ShouldBe(_folder.File(name));
        outcome.BundleIsFull.ShouldBe(full);
        var again = await new IncidentEvidence((_, f) => Make(f)).CollectAsync(StepKind.CompleteEvidence, "a", _ => { }, CancellationToken.None);
        again.Bundle.ShouldBe(outcome.Bundle);
        outcome.WhenRecorded!();
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBe([outcome.Bundle]);
    }

    [Fact]
    public async Task Without_a_beginning_the_bundle_is_made_of_what_is_still_there()
    {
        var outcome = await new IncidentEvidence((_, f) => Make(f)).CollectAsync(StepKind.CompleteEvidence, "a", _ => { }, CancellationToken.None);
        TestBundle.Files(outcome.Bundle!).Keys.ShouldContain("engine-log");
    }

    public void Dispose() => _folder.Dispose();

    private Bundle Make(bool full)
    {
        List<IBundleSource> sources = [Found("processes", Loss.EngineStop), Found("engine-log", Loss.Nothing)];
        if (full)
            sources.Insert(1, Found("device-logs", Loss.ChipReset));
        return TestBundle.Of(Settings, full, _clock, sources);
    }

    private TestSource Found(string name, Loss lostBy) => new(name, f =>
    {
        _collected.Add(name);
        f.Write(name, _onHost);
    })
    { LostBy = lostBy };
}
