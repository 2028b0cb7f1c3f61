using Agent.Domain.Incidents;
using Agent.ForeignText;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Tests.Storage;

/// <summary>Incidents that a report of a period is made of.</summary>
public sealed class IncidentsWithinTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;
    private readonly SqliteConnection _connection;
    private readonly Journal _journal;
    private readonly IncidentStore _store;

    public IncidentsWithinTests()
    {
        _database = Database.Open(_folder.Path, Story.Start);
        _connection = _database.Connect();
        _journal = OpenJournal.Of(_database, TimeProvider.System, "hook");
        _store = new IncidentStore(_connection, TextGate.OfPatterns);
    }

    [Fact]
    public void An_incident_that_began_long_before_and_ended_within_belongs_to_the_period()
    {
        Append("long", [.. Seen(-96), new Resolved(At(-1), "mended by a person", Mender.Person)]);
        Append("before", [.. Seen(-96), new Resolved(At(-49), "mended by a person", Mender.Person)]);
        Append("after", Seen(1));
        Append("open", Seen(-200));
        Append("dismissed", [.. Story.Suspicion(At(-2)), new Dismissed(At(-1), "not seen again")]);
        var within = _store.Within(At(-48), At(0), 10);
        within.Found.Select(h => h.Incident.Id).ShouldBe(["long", "open"], ignoreOrder: true);
        within.LeftOut.ShouldBe(0);
    }

    [Fact]
    public void Where_there_are_too_many_those_that_ended_first_are_left_out_and_counted_and_none_that_is_open()
    {
        for (var i = 0; i < 5; i++)
            Append($"ended{i}", [.. Seen(-10 + i), new Resolved(At(-9 + i), "well", Mender.Itself)]);
        Append("open1", Seen(-40));
        Append("open2", Seen(-39));
        var within = _store.Within(At(-24), At(0), 2);
        within.Found.Select(h => h.Incident.Id).ShouldBe(["open1", "open2", "ended3", "ended4"], ignoreOrder: true);
        within.LeftOut.ShouldBe(3);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _connection.Dispose();
        _folder.Dispose();
    }

    private static DateTimeOffset At(double hours) => Story.Start.AddHours(hours);

    private static IReadOnlyList<IncidentEvent> Seen(double hours) => [.. Story.Suspicion(At(hours)), new Confirmed(At(hours).AddSeconds(2), "seen twice")];

    private void Append(string id, IReadOnlyList<IncidentEvent> events) =>
        _journal.Append(Story.Changes(id, events), [Story.Fold(id, events)]).ShouldBeTrue(_journal.Problem);
}
