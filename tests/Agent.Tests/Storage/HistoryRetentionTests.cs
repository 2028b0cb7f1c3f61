using Agent.Domain.Incidents;
using Agent.ForeignText;
using Agent.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Storage;

public sealed class HistoryRetentionTests : IDisposable
{
    private const long Unbounded = long.MaxValue;

    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;
    private readonly DatabaseLink _link;
    private readonly Journal _journal;
    private readonly HistoryRetention _retention;
    private readonly IncidentStore _store;

    public HistoryRetentionTests()
    {
        _database = Database.Open(_folder.Path, Story.Start);
        _link = new DatabaseLink(_database);
        _journal = new Journal(new DatabaseLink(_database), new Recollection(TimeSpan.FromHours(6)), new WaitingNotices(["hook"]), TextGate.OfPatterns,
            "boot", new FakeTimeProvider(Story.Start));
        _retention = new HistoryRetention(new DatabaseLink(_database));
        _store = new IncidentStore(() => _link.Connection, TextGate.OfPatterns);
    }

    [Fact]
    public void What_ended_long_ago_goes_with_its_events_and_notices_and_what_is_open_stays()
    {
        Append("old", Story.Recovered(Story.Start.AddDays(-100)));
        Append("open", Story.Suspicion(Story.Start.AddDays(-100)));
        Append("new", Story.Recovered(Story.Start));
        DropAll(Story.Start.AddDays(-90), Story.Start.AddDays(-90), Unbounded);
        _store.Load("old").ShouldBeNull();
        _store.LoadOpen().Single().Incident.Id.ShouldBe("open");
        _store.Load("new").ShouldNotBeNull();
        Count("SELECT count(*) FROM outbox WHERE incident = 'old'").ShouldBe(0);
        Count("SELECT count(*) FROM journal WHERE incident = 'old'").ShouldBe(0);
        Count("SELECT count(*) FROM outbox WHERE incident = 'new'").ShouldBe(2);
    }

    [Fact]
    public void A_file_that_is_too_large_loses_the_oldest_down_to_its_bound_and_gives_the_room_back()
    {
        var text = new string('x', 7000);
        for (var i = 0; i < 600; i++)
            Append($"i{i:0000}", [.. Story.Recovered(Story.Start.AddMinutes(-10000 + i)).SkipLast(1), new Resolved(Story.Start.AddMinutes(-10000 + i), text, Mender.Agent)]);
        var before = _retention.UsedBytes;
        DropAll(Story.Start.AddDays(-90), Story.Start.AddHours(-6), before / 2);
        _retention.UsedBytes.ShouldBeInRange(before / 4, before / 2);
        _store.Load("i0000").ShouldBeNull();
        _store.Load("i0599").ShouldNotBeNull();
        // Each turn gives a slice back, whether there is something to drop or not.
        for (var i = 0; i < 10; i++)
            _retention.DropSlice(Story.Start.AddDays(-90), Story.Start.AddHours(-6), before / 2);
        Count("PRAGMA freelist_count").ShouldBe(0);
        Text("PRAGMA quick_check(1)").ShouldBe("ok");
    }

    [Fact]
    public void What_budgets_are_counted_from_stays_however_large_the_file_is()
    {
        Append("recent", Story.Recovered(Story.Start.AddHours(-1)));
        DropAll(Story.Start.AddDays(-90), Story.Start.AddHours(-6), 1);
        _store.Load("recent").ShouldNotBeNull();
    }

    [Fact]
    public void A_file_of_an_older_agent_is_rewritten_once_and_keeps_everything()
    {
        Append("a", Story.Recovered(Story.Start));
        Dispose(keepsFolder: true);
        using (var older = new SqliteConnection($"Data Source={Database.PathIn(_folder.Path)};Pooling=False"))
        {
            older.Open();
            Ask(older, "PRAGMA auto_vacuum=NONE");
            Ask(older, "VACUUM");
            Ask(older, "PRAGMA auto_vacuum").ShouldBe(0L);
        }

        var database = Database.Open(_folder.Path, Story.Start);
        using var connection = database.Connect();
        Ask(connection, "PRAGMA auto_vacuum").ShouldBe(2L);
        new IncidentStore(connection, TextGate.OfPatterns).Load("a").ShouldNotBeNull();
    }

    public void Dispose() => Dispose(keepsFolder: false);

    private void Dispose(bool keepsFolder)
    {
        _journal.Dispose();
        _retention.Dispose();
        _link.Dispose();
        if (!keepsFolder)
            _folder.Dispose();
    }

    private void DropAll(DateTimeOffset before, DateTimeOffset newest, long mostBytes)
    {
        while (_retention.DropSlice(before, newest, mostBytes))
        {
        }
    }

    private void Append(string id, IReadOnlyList<IncidentEvent> events) => _journal.Append(Story.Changes(id, events), [Story.Fold(id, events)]);

    private long Count(string statement) => (long)Ask(_link.Connection, statement)!;

    private string? Text(string statement) => Ask(_link.Connection, statement) as string;

    private static object? Ask(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        return command.ExecuteScalar();
    }
}
