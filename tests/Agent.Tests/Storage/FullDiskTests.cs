using Agent.Domain.Incidents;
using Agent.ForeignText;
using Agent.Storage;

namespace Agent.Tests.Storage;

/// <summary>The journal on a real file system without room.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public void The_ballast_is_room_for_the_journal_and_is_made_again_after_relief()
    {
        using var disk = new SmallDisk(32);
        var database = Database.Open(disk.Path, Story.Start, ballastBytes: 1 << 20);
        database.Ballast.LeftBytes.ShouldBe(1 << 20);
        using var journal = JournalOf(database);
        disk.Fill();
        for (var i = 0; i < 8; i++)
            Append(journal, $"a{i}").ShouldBeTrue(journal.Problem);
        (database.Ballast.IsSpent, journal.Trouble).ShouldBe((true, null));
        database.Ballast.LeftBytes.ShouldBeLessThan(1 << 20);
        // Not while the disk is full.
        disk.Fill();
        database.Ballast.Make();
        database.Ballast.IsSpent.ShouldBeTrue();

        disk.Relieve();
        database.Ballast.Make();
        (database.Ballast.IsSpent, database.Ballast.LeftBytes).ShouldBe((false, 1 << 20));
    }

    [Fact]
    public void When_the_ballast_is_gone_everything_waits_and_is_written_after_relief()
    {
        using var disk = new SmallDisk(16);
        var database = Database.Open(disk.Path, Story.Start, ballastBytes: 256 << 10);
        using var journal = JournalOf(database);
        var i = 0;
        for (disk.Fill(); journal.Trouble is null && i < 5000; i++)
        {
            Append(journal, $"a{i}");
            disk.Fill();
        }

        (journal.Trouble!.Kind, database.Ballast.LeftBytes).ShouldBe((DatabaseTrouble.Full, 0));
        disk.Relieve();
        journal.WriteWaiting().ShouldBeTrue(journal.Problem);
        using var connection = database.Connect();
        new IncidentStore(connection, TextGate.OfPatterns).LoadOpen().Count.ShouldBe(i);
    }

    [Fact]
    public void An_agent_is_started_on_a_full_disk_with_what_was_kept_back()
    {
        using var disk = new SmallDisk(16);
        using (var journal = JournalOf(Database.Open(disk.Path, Story.Start, ballastBytes: 1 << 20)))
            Append(journal, "a").ShouldBeTrue();
        disk.Fill();
        using var locked = StateLock.Acquire(disk.Path);
        var next = Database.Open(disk.Path, Story.Start, ballastBytes: 1 << 20);
        using var link = new DatabaseLink(next);
        new IncidentStore(() => link.Connection, TextGate.OfPatterns).LoadOpen().Single().Incident.Id.ShouldBe("a");
    }

    [Fact]
    public void A_full_disk_on_which_nothing_was_kept_back_is_named_at_the_start()
    {
        using var disk = new SmallDisk(16);
        disk.Fill();
        Should.Throw<StorageException>(() => Database.Open(disk.Path, Story.Start)).Message.ShouldContain(disk.Path);
    }

    [Theory]
    [InlineData(16, 8 << 20, 2 << 20)]
    [InlineData(16, 1 << 20, 1 << 20)]
    [InlineData(16, 0, 0)]
    public void A_small_disk_keeps_an_eighth_of_its_room_back_at_most(int megabytes, long wanted, long most)
    {
        using var disk = new SmallDisk(megabytes);
        var ballast = new Ballast(disk.Path, wanted);
        ballast.Make();
        ballast.LeftBytes.ShouldBeInRange(most / 2, most);
        new Ballast(disk.Path, 0).Make();
        File.Exists(Path.Combine(disk.Path, Ballast.Name)).ShouldBeFalse();
        ballast.Release().ShouldBeFalse();
    }

    private static Journal JournalOf(Database database) =>
        new(new DatabaseLink(database), new Recollection(TimeSpan.FromHours(6)), new WaitingNotices(["hook"]), TextGate.OfPatterns, "boot",
            TimeProvider.System);

    private static bool Append(Journal journal, string id)
    {
        IReadOnlyList<IncidentEvent> events =
        [
            .. Story.Suspicion(Story.Start),
            new Confirmed(Story.Start, "seen twice"),
            new HeldBack(Story.Start, new string('x', 2000)),
        ];
        return journal.Append(Story.Changes(id, events), [Story.Fold(id, events)]);
    }
}
