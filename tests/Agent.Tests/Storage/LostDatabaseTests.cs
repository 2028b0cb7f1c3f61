using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.ForeignText;
using Agent.Notifications.Queue;
using Agent.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Storage;

/// <summary>A database that is damaged while the agent runs: what the agent knows is in the new one.</summary>
public sealed class LostDatabaseTests : IDisposable
{
    private static readonly TimeSpan UsesKept = TimeSpan.FromHours(6);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start.AddMinutes(1));
    private readonly StateLock _lock;
    private readonly Database _database;
    private readonly DatabaseLink _link;
    private readonly WaitingNotices _notices = new(["hook"]);
    private readonly Recollection _known = new(UsesKept);
    private readonly Journal _journal;

    public LostDatabaseTests()
    {
        _lock = StateLock.Acquire(_folder.Path);
        _database = Database.Open(_folder.Path, Story.Start);
        _link = new DatabaseLink(_database);
        _journal = new Journal(_link, _known, _notices, TextGate.OfPatterns, "boot", _clock);
    }

    private string Path => Database.PathIn(_folder.Path);

    [Theory]
    [InlineData("noise")]
    [InlineData("head")]
    [InlineData("middle")]
    [InlineData("emptied")]
    [InlineData("removed")]
    [InlineData("other")]
    [InlineData("older put in its place")]
    [InlineData("older copied into it")]
    [InlineData("newer put in its place")]
    public void What_is_known_is_in_the_new_file_whatever_became_of_the_old_one(string damage)
    {
        Tell();
        Damage(damage);
        _database.Damage().ShouldNotBeNull();
        _journal.Replace(_database.Damage()!).ShouldBeTrue();
        _journal.WriteWaiting().ShouldBeTrue(_journal.Problem);
        _database.Damage().ShouldBeNull();
        ShouldHoldAll();
        // It goes on there.
        Append("c", Story.Suspicion(_clock.GetUtcNow())).ShouldBeTrue();
        Next().LoadOpen().Select(i => i.Incident.Id).ShouldBe(["b", "c"], ignoreOrder: true);
    }

    [Fact]
    public void Damage_that_the_journal_meets_itself_is_mended_by_the_same_append()
    {
        Tell();
        Damage("noise");
        _link.Close();
        Append("c", [.. Story.Suspicion(_clock.GetUtcNow()), new Confirmed(_clock.GetUtcNow(), "seen twice")]).ShouldBeTrue(_journal.Problem);
        ShouldHoldAll("c");
        _notices.All().Select(n => n.Notice).ShouldBe(["b/confirmed", "c/confirmed"]);
        _database.SetAside.ShouldNotBeNull().IsThere.ShouldBeTrue();
    }

    [Fact]
    public void Events_that_waited_for_a_full_disk_are_in_the_new_file_once()
    {
        Tell();
        Execute("PRAGMA max_page_count=1");
        for (var i = 0; i < 50; i++)
            Append($"w{i}", Story.Suspicion(_clock.GetUtcNow()));
        _journal.Trouble!.Kind.ShouldBe(DatabaseTrouble.Full);
        Damage("emptied");
        _journal.Replace("the file was emptied").ShouldBeTrue();
        _journal.WriteWaiting().ShouldBeTrue(_journal.Problem);
        Next().LoadOpen().Count.ShouldBe(51);
        Next().Load("w49")!.Events.Count.ShouldBe(1);
    }

    [Fact]
    public void A_folder_whose_disk_was_taken_away_is_waited_for_and_its_database_goes_on()
    {
        Tell();
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        _link.Close();
        Directory.Move(_folder.Path, _folder.Path + "-away");
        Directory.CreateDirectory(_folder.Path);
        _database.Damage().ShouldBeNull();
        Append("c", Story.Suspicion(_clock.GetUtcNow())).ShouldBeFalse();
        _journal.Trouble!.Kind.ShouldBe(DatabaseTrouble.Failing);
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();

        Directory.Delete(_folder.Path);
        Directory.Move(_folder.Path + "-away", _folder.Path);
        _journal.WriteWaiting().ShouldBeTrue(_journal.Problem);
        _database.SetAside.ShouldBeNull();
        Next().LoadOpen().Select(i => i.Incident.Id).ShouldBe(["b", "c"], ignoreOrder: true);
    }

    [Fact]
    public void A_new_file_that_the_disk_refuses_waits_and_other_callers_are_refused_meanwhile()
    {
        Tell();
        Damage("noise");
        // A folder where the new file should be refuses it.
        _journal.Replace("noise").ShouldBeTrue();
        Directory.CreateDirectory(Path);
        _journal.WriteWaiting().ShouldBeFalse();
        _journal.Problem.ShouldNotBeNull().ShouldContain("1 entry waits in memory");
        Should.Throw<Microsoft.Data.Sqlite.SqliteException>(() => _database.Connect());
        Append("c", Story.Suspicion(_clock.GetUtcNow())).ShouldBeFalse();
        Directory.Delete(Path, recursive: true);
        _journal.WriteWaiting().ShouldBeTrue(_journal.Problem);
        ShouldHoldAll("c");
    }

    [Fact]
    public void What_was_set_aside_is_told_of_by_the_next_agent_too_until_it_is_taken_away()
    {
        Tell();
        Damage("noise");
        _journal.Replace("noise");
        _journal.WriteWaiting();
        _journal.Dispose();
        var next = Database.Open(_folder.Path, Story.Start.AddHours(1));
        next.SetAside.ShouldNotBeNull().ShouldSatisfyAllConditions(s => s.At.ShouldBe(_clock.GetUtcNow()), s => s.IsThere.ShouldBeTrue());
        File.Delete(next.SetAside.Path);
        next.SetAside.IsThere.ShouldBeFalse();
    }

    [Fact]
    public void Ended_incidents_are_known_for_a_day_and_attempts_for_the_longest_budget()
    {
        Append("a", Story.Recovered(Story.Start));
        _known.Incidents.Count.ShouldBe(1);
        Append("b", Story.Suspicion(Story.Start.AddHours(7)));
        _known.OtherUses.ShouldBeEmpty();
        Append("c", Story.Suspicion(Story.Start.AddHours(25)));
        _known.Incidents.Select(i => i.Incident.Id).ShouldBe(["b", "c"]);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _lock.Dispose();
        _folder.Dispose();
    }

    private void Tell()
    {
        Append("a", Story.Recovered(Story.Start));
        foreach (var row in _notices.Due("hook", _clock.GetUtcNow(), DateTimeOffset.MaxValue))
            _notices.Recorded(Sent(row), found: true, _clock.GetUtcNow());
        foreach (var row in _notices.Due("hook", _clock.GetUtcNow(), DateTimeOffset.MaxValue))
            _notices.Recorded(Sent(row), found: true, _clock.GetUtcNow());
        Append("b", [.. Story.Suspicion(Story.Start), new Confirmed(Story.Start, "seen twice")]);
        _journal.Append(Story.Start, new Maintenance(Story.Engine, Story.Start, Story.Start.AddHours(3), "ops", "window"));
        _journal.Append(Story.Start, new EngineWanted("qwen", false, "ops", "not now"));

        OutboxRow Sent(OutboxRow row)
        {
            _notices.Tried(row, "sent", _clock.GetUtcNow(), "");
            return row;
        }
    }

    private void ShouldHoldAll(params string[] more)
    {
        var store = Next();
        store.LoadOpen().Select(i => i.Incident.Id).ShouldBe(["b", .. more], ignoreOrder: true);
        store.Load("a")!.Incident.State.ShouldBe(IncidentState.Resolved);
        store.Uses(Story.Start.AddHours(-1)).ShouldBe([new BudgetUse(StepKind.StartEngine, Story.Engine, Story.Start.AddSeconds(5))]);
        store.Maintenances(Story.Start.AddHours(1)).Single().By.ShouldBe("ops");
        store.WantedEngines()["qwen"].Wanted.ShouldBeFalse();
        var notices = new WaitingNotices(["hook"]);
        using var outbox = new Outbox(new DatabaseLink(_database), notices);
        outbox.Load();
        notices.All().Select(n => n.Notice).ShouldContain("b/confirmed");
        notices.All().Select(n => n.Notice).ShouldNotContain("a/confirmed");
    }

    /// <summary>As the next agent reads it.</summary>
    private IncidentStore Next() => new(_database.Connect(), TextGate.OfPatterns);

    private void Damage(string how)
    {
        Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        var bytes = File.ReadAllBytes(Path);
        var noise = new byte[bytes.Length];
        new Random(7).NextBytes(noise);
        switch (how)
        {
            case "older put in its place":
                File.Move(Other(entries: 1), Path, overwrite: true);
                return;
            case "newer put in its place":
                File.Move(Other(entries: 1000), Path, overwrite: true);
                return;
            case "older copied into it":
                bytes = File.ReadAllBytes(Other(entries: 1));
                break;
            case "removed":
                File.Delete(Path);
                return;
            case "emptied":
                bytes = [];
                break;
            case "other":
                bytes = "somebody's notes"u8.ToArray();
                break;
            case "head":
                noise.AsSpan(0, 100).CopyTo(bytes);
                break;
            case "middle":
                noise.AsSpan(0, bytes.Length / 2).CopyTo(bytes.AsSpan(bytes.Length / 4));
                break;
            default:
                bytes = noise;
                break;
        }

        File.WriteAllBytes(Path, bytes);
    }

    /// <summary>A whole database of another host.</summary>
    private string Other(int entries)
    {
        var folder = _folder.File("other");
        using (var journal = OpenJournal.Of(Database.Open(folder, Story.Start), _clock))
        {
            for (var i = 0; i < entries; i++)
                journal.Append(Story.Start, new AgentNote("an entry of another host", "agent"));
        }

        return Database.PathIn(folder);
    }

    private bool Append(string id, IReadOnlyList<IncidentEvent> events) => _journal.Append(Story.Changes(id, events), [Story.Fold(id, events)]);

    private void Execute(string statement)
    {
        using var command = _link.Connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
