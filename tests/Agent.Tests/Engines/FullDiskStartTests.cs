using Agent.Adapters.Files;
using Agent.Domain.Faults;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.Engines.Starting;

namespace Agent.Tests.Engines;

/// <summary>An engine on a disk that takes nothing, on real files: links to /dev/full and folders where a file should be stand for it.</summary>
public sealed class FullDiskStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_record_that_the_disk_refuses_is_held_and_written_when_there_is_room()
    {
        var engines = new EngineFolder(_folder.File("engine"), _folder.File("engine"));
        var kept = new KeptRun(engines);
        // A file where the record's folder should be refuses every write.
        File.WriteAllText(_folder.File("engine"), "");
        kept.WriteNewest(() => Run("a"));
        kept.Problem.ShouldNotBeNull();
        kept.WriteNewest(() => Run("b"));
        kept.TryAgain();
        kept.Problem.ShouldNotBeNull();

        File.Delete(_folder.File("engine"));
        kept.TryAgain();
        kept.Problem.ShouldBeNull();
        engines.ReadRun()!.CommandLine.ShouldBe("b");
    }

    [Fact]
    public void A_log_that_the_disk_takes_is_the_engines_output_with_the_mode_of_logs()
    {
        var log = _folder.File("engines/a/1.log");
        KeptRun.OutputOf(log).ShouldBe(log);
        File.ReadAllBytes(log).ShouldBeEmpty();
        (File.GetUnixFileMode(log) & UnixFileMode.OtherRead).ShouldBe(UnixFileMode.None);
        KeptRun.OutputOf(log).ShouldBe(log);
    }

    [Theory]
    [InlineData(28, nameof(DiskRefusal.Full))]
    [InlineData(122, nameof(DiskRefusal.Full))]
    [InlineData(30, nameof(DiskRefusal.ReadOnly))]
    [InlineData(5, nameof(DiskRefusal.Failing))]
    [InlineData(2, null)]
    [InlineData(20, null)]
    public void The_disks_own_refusals_are_told_from_those_of_names(int error, string? refusal) =>
        DiskRefusals.Of(new IOException("refused", error))?.ToString().ShouldBe(refusal);

    [Fact]
    public void A_real_full_disk_is_told_as_full()
    {
        var refused = Should.Throw<IOException>(() =>
        {
            using var file = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
            file.WriteByte(1);
            file.Flush();
        });
        DiskRefusals.Of(refused).ShouldBe(DiskRefusal.Full);
        DiskRefusals.Of(new UnauthorizedAccessException()).ShouldBeNull();
        DiskRefusals.Try(_folder.Path).ShouldBeNull();
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Only_what_waits_for_room_is_no_attempt()
    {
        StartRefusal.Of(new KindRefusal(RefusalClass.Room, "no space left on device")).ShouldSatisfyAllConditions(
            r => r.Fault.ShouldBe(FaultCodes.EngineStartWithoutRoom), r => r.Waits.ShouldBeTrue(), r => r.Passes.ShouldBeTrue());
        StartRefusal.Of(new KindRefusal(RefusalClass.Passes, "daemon away")).Waits.ShouldBeFalse();
        StartRefusal.Of(KindRefusal.OfEngine("bad")).Passes.ShouldBeFalse();
    }

    public void Dispose() => _folder.Dispose();

    private EngineRun Run(string command) => new(1, 2, "boot", Story.Start, _folder.File("engine/1.log"), command);
}
