using Agent.Adapters;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.ForeignText;
using Agent.Notifications.Queue;
using Agent.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Storage;

/// <summary>The host's clock is set, and an agent is started anew: on the same boot what happened keeps its age.</summary>
public sealed class JournalClockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _passing = new(Story.Start);
    private readonly SettableClock _host;
    private readonly Database _database;
    private readonly SqliteConnection _connection;
    private readonly Journal _journal;
    private readonly IncidentStore _store;

    public JournalClockTests()
    {
        _host = new SettableClock(_passing);
        _database = Database.Open(_folder.Path, Story.Start);
        _connection = _database.Connect();
        _journal = OpenJournal.Of(_database, _host, "hook");
        _store = new IncidentStore(_connection, TextGate.OfPatterns);
    }

    public static TheoryData<int> Steps() => [1, -1, 60, -60, 3600, -3600, 28800, -28800, 86400, -86400];

    [Theory]
    [MemberData(nameof(Steps))]
    public void What_this_boot_wrote_keeps_its_age_and_what_an_earlier_one_wrote_its_time(int seconds)
    {
        var step = TimeSpan.FromSeconds(seconds);
        Append("before", Story.Recovered(Story.Start.AddHours(-1)));
        TakeUp("boot").ShouldBe(TimeSpan.Zero);
        Append("ended", Story.Recovered(Story.Start));
        Append("open", Story.Suspicion(Story.Start.AddMinutes(2)));
        _journal.Append(Story.Start, new Maintenance(Story.Engine, Story.Start, Story.Start.AddMinutes(30), "root", ""));
        ChannelRows.Write(_connection, new ChannelState("hook") { FailingSince = Story.Start, LastSentAt = Story.Start.AddDays(-3) }.Row());

        _passing.Advance(TimeSpan.FromMinutes(5));
        _host.SetBy = step;
        TakeUp("boot").ShouldBe(step);

        var now = _host.GetUtcNow();
        _store.Load("before")!.Incident.SuspectedAt.ShouldBe(Story.Start.AddHours(-1));
        (now - _store.Load("ended")!.Incident.SuspectedAt).ShouldBe(TimeSpan.FromMinutes(5));
        (now - _store.Load("open")!.Incident.StateSince).ShouldBe(TimeSpan.FromMinutes(3));
        _store.EndedSince(now.AddMinutes(-6)).Select(h => h.Incident.Id).ShouldContain("ended");
        _store.EndedSince(now.AddMinutes(-4)).Select(h => h.Incident.Id).ShouldNotContain("ended");
        _store.Uses(now.AddMinutes(-6)).Select(u => u.At).ShouldContain(now.AddMinutes(-5).AddSeconds(5));
        (_store.Maintenances(now).Single().Until - now).ShouldBe(TimeSpan.FromMinutes(25));
        using var outbox = new Outbox(new DatabaseLink(_database), new WaitingNotices(["hook"]));
        outbox.Load();
        outbox.Due("hook", now).Single(r => r.Incident == "ended").CreatedAt.ShouldBe(Micros.Of(now.AddMinutes(-5).AddSeconds(2)));
        var channel = ChannelState.Of(ChannelRows.Read(_connection).Single());
        (now - channel.FailingSince).ShouldBe(TimeSpan.FromMinutes(5));
        channel.LastSentAt.ShouldBe(Story.Start.AddDays(-3), "an earlier boot sent it");
        TakeUp("boot").ShouldBe(TimeSpan.Zero, "it was moved once");
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void People_read_times_by_the_hosts_clock_while_the_agent_counts_by_its_own(int seconds)
    {
        TakeUp("boot");
        Append("a", Story.Recovered(Story.Start));
        _passing.Advance(TimeSpan.FromMinutes(5));
        _host.SetBy = TimeSpan.FromSeconds(seconds);
        using var connection = _database.Connect();
        var told = new IncidentStore(() => connection, TextGate.OfPatterns, new JournalClock(() => connection, "boot", _host));
        (_host.GetUtcNow() - told.Load("a")!.Incident.SuspectedAt).ShouldBe(TimeSpan.FromMinutes(5));
        told.List(all: false, _host.GetUtcNow().AddMinutes(-6), 10).Count.ShouldBe(1);
        _store.Load("a")!.Incident.SuspectedAt.ShouldBe(Story.Start);
    }

    [Theory]
    [InlineData("boot", "another")]
    [InlineData("unknown", "unknown")]
    public void Where_it_is_not_known_to_be_the_same_boot_nothing_is_moved(string first, string second)
    {
        TakeUp(first);
        Append("a", Story.Suspicion(Story.Start));
        _host.SetBy = TimeSpan.FromDays(-1);
        TakeUp(second).ShouldBe(TimeSpan.Zero);
        _store.Load("a")!.Incident.SuspectedAt.ShouldBe(Story.Start);
        // The new boot counts from here on.
        Append("b", Story.Suspicion(_host.GetUtcNow()));
        _host.SetBy += TimeSpan.FromHours(1);
        TakeUp(second).ShouldBe(second == "unknown" ? TimeSpan.Zero : TimeSpan.FromHours(1));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_file_that_was_begun_in_the_middle_of_a_run_is_moved_like_any_other(int seconds)
    {
        TakeUp("boot");
        Append("a", Story.Suspicion(Story.Start));
        _journal.Replace("noise").ShouldBeTrue();
        _journal.WriteWaiting().ShouldBeTrue(_journal.Problem);
        _passing.Advance(TimeSpan.FromMinutes(5));
        _host.SetBy = TimeSpan.FromSeconds(seconds);
        TakeUp("boot").ShouldBe(TimeSpan.FromSeconds(seconds));
        using var connection = _database.Connect();
        (_host.GetUtcNow() - new IncidentStore(connection, TextGate.OfPatterns).Load("a")!.Incident.SuspectedAt).ShouldBe(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public void In_a_new_file_what_is_older_than_the_boot_stands_before_its_clock()
    {
        var known = new Recollection(TimeSpan.FromHours(6));
        known.Take(Story.Changes("old", Story.Suspicion(Story.Start)));
        known.Take(Story.Changes("new", Story.Suspicion(Story.Start.AddHours(2))));
        var entries = NewFile.Entries(known, new EventJson(TextGate.OfPatterns), "noise", new JournalScale("boot", Story.Start.AddHours(1)),
            Story.Start.AddHours(3));
        entries.Select(e => e.Incident ?? e.Kind).ShouldBe(["old", "clock", "new", "agent"]);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    private TimeSpan TakeUp(string boot)
    {
        using var connection = _database.Connect();
        return new JournalClock(() => connection, boot, new SteadyClock(_host)).TakeUp();
    }

    private void Append(string id, IReadOnlyList<IncidentEvent> events) => _journal.Append(Story.Changes(id, events), [Story.Fold(id, events)]).ShouldBeTrue();
}
