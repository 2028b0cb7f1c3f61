using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.ForeignText;
using Agent.Notifications;
using Agent.Notifications.Queue;
using Agent.Storage;

namespace Agent.Tests.Storage;

public sealed class JournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;
    private readonly DatabaseLink _link;
    private readonly Journal _journal;
    private readonly IncidentStore _store;

    public JournalTests()
    {
        _database = Database.Open(_folder.Path, Story.Start);
        _link = new DatabaseLink(_database);
        _journal = new Journal(_link, new Recollection(TimeSpan.FromHours(6)),
            new WaitingNotices(["hook", "alerts"]), TextGate.OfPatterns, "boot", TimeProvider.System);
        _store = new IncidentStore(() => _link.Connection, TextGate.OfPatterns);
    }

    [Fact]
    public void An_incident_comes_back_as_the_fold_of_its_events()
    {
        Append("a", Story.Recovered(Story.Start)).ShouldBeTrue();
        var history = _store.Load("a")!;
        history.Events.Select(e => e.GetType()).ShouldBe(Story.Recovered(Story.Start).Select(e => e.GetType()));
        history.Incident.State.ShouldBe(IncidentState.Resolved);
        history.Incident.EndedAt.ShouldBe(Story.Start.AddSeconds(12));
        history.Events.OfType<StepStarted>().Single().Step.ShouldBe(Story.EngineStart);
        _store.LoadOpen().ShouldBeEmpty();
    }

    [Fact]
    public void The_newest_that_was_confirmed_is_no_suspicion_and_none_that_was_dismissed()
    {
        _store.NewestConfirmed().ShouldBeNull();
        Append("a", Story.Suspicion(Story.Start));
        _store.NewestConfirmed().ShouldBeNull();
        Append("b", Story.Recovered(Story.Start.AddMinutes(1)));
        Append("c", [.. Story.Suspicion(Story.Start.AddMinutes(2)), new Dismissed(Story.Start.AddMinutes(3), "not seen again")]);
        Append("d", Story.Suspicion(Story.Start.AddMinutes(4)));
        _store.NewestConfirmed()!.Incident.Id.ShouldBe("b");
        Append("d", [new Confirmed(Story.Start.AddMinutes(5), "seen twice")]);
        _store.NewestConfirmed()!.Incident.Id.ShouldBe("d");
    }

    [Fact]
    public void Who_acted_who_mended_and_what_was_known_come_back_and_older_entries_without_them_too()
    {
        var known = new Dictionary<string, string> { ["UNIT"] = "vllm.service", ["PID"] = "4711" };
        var seen = (Suspected)Story.Suspicion(Story.Start)[0];
        var acted = new PersonActed(Story.Start.AddSeconds(1), "root (uid 0)", "restart of engine deepseek");
        Append("a", [seen with { Known = known }, acted, new Resolved(Story.Start.AddSeconds(2), "well", Mender.Person)]);
        var incident = _store.Load("a")!.Incident;
        incident.Known.ShouldBe(known, ignoreOrder: true);
        incident.HandAt.ShouldBe(Story.Start.AddSeconds(1));
        incident.MendedBy.ShouldBe(Mender.Person);
        var events = new EventJson(TextGate.OfPatterns);
        events.Read("resolved", """{"at":"2026-03-01T03:00:00+00:00","reason":"verified"}""").ShouldBe(new Resolved(Story.Start, "verified"));
        var older = """{"at":"2026-03-01T03:00:00+00:00","fault":"engine-exited","subject":"engine:a","probe":"p","summary":"gone","evidence":[]}""";
        ((Suspected)events.Read("suspected", older)!).Known.ShouldBeNull();
    }

    [Fact]
    public void Each_notice_waits_once_for_each_notifier_whatever_is_appended_again()
    {
        Append("a", Story.Recovered(Story.Start));
        Append("a", [new Resolved(Story.Start.AddSeconds(20), "again")]);
        using var outbox = Loaded();
        foreach (var notifier in (string[])["hook", "alerts"])
        {
            var first = outbox.Due(notifier, Story.Start.AddMinutes(1)).ShouldHaveSingleItem();
            first.Notice.ShouldBe("a/confirmed");
            outbox.Record(first, Delivery.Sent, Story.Start.AddMinutes(1));
            outbox.Due(notifier, Story.Start.AddMinutes(2)).ShouldHaveSingleItem().Notice.ShouldBe("a/resolved");
        }
    }

    [Fact]
    public void A_suspicion_that_goes_away_is_told_to_nobody()
    {
        Append("a", [.. Story.Suspicion(Story.Start), new Dismissed(Story.Start.AddSeconds(3), "healthy again")]);
        using var outbox = Loaded();
        outbox.NextDue("hook").ShouldBeNull();
        _store.List(all: false, DateTimeOffset.UnixEpoch, 10).ShouldBeEmpty();
        _store.List(all: true, DateTimeOffset.UnixEpoch, 10).Count.ShouldBe(1);
    }

    [Fact]
    public void On_a_full_disk_entries_wait_in_order_and_are_written_when_there_is_room()
    {
        Execute("PRAGMA max_page_count=1");
        var events = Story.Recovered(Story.Start);
        var written = true;
        for (var i = 0; i < 200; i++)
            written &= Append($"i{i}", events);
        written.ShouldBeFalse();
        _journal.Problem.ShouldNotBeNull().ShouldContain("full");
        _journal.Problem.ShouldContain("wait in memory");

        Execute("PRAGMA max_page_count=1000000");
        _journal.WriteWaiting().ShouldBeTrue();
        _journal.Problem.ShouldBeNull();
        for (var i = 0; i < 200; i++)
            _store.Load($"i{i}")!.Events.Count.ShouldBe(events.Count);
    }

    [Fact]
    public void Attempts_are_counted_from_what_was_begun_and_not_from_what_ended()
    {
        Append("a", [.. Story.Recovered(Story.Start).TakeWhile(e => e is not StepEnded)]);
        _store.Uses(Story.Start).ShouldBe([new BudgetUse(StepKind.StartEngine, Story.Engine, Story.Start.AddSeconds(5))]);
        _store.Uses(Story.Start.AddMinutes(1)).ShouldBeEmpty();
    }

    [Fact]
    public void Recoveries_of_a_fault_are_counted_over_incidents_and_agents_and_not_twice_for_one_that_was_interrupted()
    {
        Append("a", Story.Recovered(Story.Start.AddHours(-2)));
        Append("b", Story.Recovered(Story.Start));
        Append("c",
        [
            .. Story.Recovered(Story.Start.AddMinutes(10)).TakeWhile(e => e is not StepEnded),
            new Interrupted(Story.Start.AddMinutes(11), "the agent ended"),
            new HeldBack(Story.Start.AddMinutes(12), "maintenance"),
            new RecoveryPlanned(Story.Start.AddMinutes(13), Rung.Engine, [Story.EngineStart], "goes on", "engine deepseek"),
        ]);
        using var connection = _database.Connect();
        var again = new IncidentStore(connection, TextGate.OfPatterns);
        again.RecoveriesSince("engine-exited", Story.Engine, Story.Start.AddHours(-1)).ShouldBe(2);
        again.RecoveriesSince("engine-exited", Story.Engine, Story.Start.AddHours(-3)).ShouldBe(3);
        again.RecoveriesSince("engine-hung", Story.Engine, Story.Start.AddHours(-3)).ShouldBe(0);
        again.RecoveriesSince("engine-exited", Subject.Engine("qwen"), Story.Start.AddHours(-3)).ShouldBe(0);
    }

    [Fact]
    public void Times_survive_a_clock_that_is_set_back_between_events()
    {
        Append("a", [.. Story.Suspicion(Story.Start), new Confirmed(Story.Start.AddHours(-3), "seen twice"), new Resolved(Story.Start.AddHours(-2), "well")]);
        var history = _store.Load("a")!;
        history.Events.Select(e => e.At).ShouldBe([Story.Start, Story.Start.AddHours(-3), Story.Start.AddHours(-2)]);
        history.Incident.State.ShouldBe(IncidentState.Resolved);
    }

    [Fact]
    public void Maintenance_and_the_wish_of_an_operator_survive_a_restart()
    {
        _journal.Append(Story.Start, new Maintenance(Story.Engine, Story.Start, Story.Start.AddHours(1), "root", "driver update"));
        _journal.Append(Story.Start, new EngineWanted("deepseek", false, "root", ""));
        using var connection = _database.Connect();
        var again = new IncidentStore(connection, TextGate.OfPatterns);
        again.Maintenances(Story.Start.AddMinutes(1)).Single().Subject.ShouldBe(Subject.Engine("deepseek"));
        again.Maintenances(Story.Start.AddHours(2)).ShouldBeEmpty();
        again.WantedEngines()["deepseek"].Wanted.ShouldBeFalse();
    }

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    /// <summary>As the next agent reads it.</summary>
    private Outbox Loaded()
    {
        var outbox = new Outbox(new DatabaseLink(_database), new WaitingNotices(["hook", "alerts"]));
        outbox.Load();
        return outbox;
    }

    private bool Append(string id, IReadOnlyList<IncidentEvent> events)
    {
        var before = _store.Load(id);
        var all = before is null ? events : [.. before.Events, .. events];
        return _journal.Append(Story.Changes(id, events), [Story.Fold(id, all)]);
    }

    private void Execute(string statement)
    {
        using var command = _link.Connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
