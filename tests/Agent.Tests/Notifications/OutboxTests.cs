using Agent.Domain.Faults;
using Agent.ForeignText;
using Agent.Notifications;
using Agent.Notifications.Queue;
using Agent.Reports.Health;
using Agent.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Notifications;

public sealed class OutboxTests : IDisposable
{
    private static readonly string[] Notifiers = ["slow", "sound"];

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly Database _database;
    private readonly Journal _journal;
    private readonly Outbox _outbox;
    private readonly DatabaseLink _journalLink;
    private readonly DatabaseLink _outboxLink;
    private readonly Recollection _known = new(TimeSpan.FromHours(6));
    private readonly ScriptedNotifier _slow = new("slow");
    private readonly ScriptedNotifier _sound = new("sound");

    public OutboxTests()
    {
        _database = Database.Open(_folder.Path, Story.Start);
        var notices = new WaitingNotices(Notifiers);
        _journalLink = new DatabaseLink(_database);
        _journal = new Journal(_journalLink, _known, notices, TextGate.OfPatterns, "boot", _clock);
        _outboxLink = new DatabaseLink(_database);
        _outbox = new Outbox(_outboxLink, notices);
        _journal.Append(Story.Changes("a", Story.Recovered(Story.Start.AddMinutes(-1))), [Story.Fold("a", Story.Recovered(Story.Start.AddMinutes(-1)))]);
    }

    [Fact]
    public async Task A_receiver_that_is_away_gets_everything_later_in_order_and_holds_up_nobody_else()
    {
        _slow.Answers.Enqueue(new Delivery(DeliveryEnd.Retry, "answered 503"));
        await SendAsync(4);
        _sound.Got.ShouldBe(["a/confirmed", "a/resolved"]);
        _slow.Got.ShouldBe(["a/confirmed"]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(2);
        _slow.Got.ShouldBe(["a/confirmed", "a/confirmed", "a/resolved"]);
    }

    [Fact]
    public async Task What_a_receiver_rejects_is_not_sent_again_and_the_next_notice_is()
    {
        _slow.Answers.Enqueue(new Delivery(DeliveryEnd.Rejected, "answered 400"));
        await SendAsync(4);
        _slow.Got.ShouldBe(["a/confirmed", "a/resolved"]);
    }

    [Fact]
    public async Task A_wait_that_a_receiver_asks_for_is_kept_but_never_for_longer_than_an_hour()
    {
        _slow.Answers.Enqueue(new Delivery(DeliveryEnd.Retry, "answered 429", TimeSpan.FromDays(30)));
        await SendAsync(3);
        _clock.Advance(TimeSpan.FromMinutes(59));
        await SendAsync(1);
        _slow.Got.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await SendAsync(1);
        _slow.Got.Count.ShouldBe(2);
    }

    [Fact]
    public async Task An_outage_of_three_days_loses_nothing_and_after_a_week_a_notice_is_given_up()
    {
        for (var i = 0; i < 2000; i++)
            _slow.Answers.Enqueue(Delivery.Away("nobody answers"));
        await SendAsync(2);
        _clock.Advance(TimeSpan.FromHours(73));
        await SendAsync(4);
        LeftToTell().ShouldBe(2);
        _clock.Advance(TimeSpan.FromHours(96));
        await SendAsync(1);
        _clock.Advance(TimeSpan.FromMinutes(10));
        await SendAsync(1);
        _outbox.Due("slow", _clock.GetUtcNow().AddYears(1)).ShouldBeEmpty();
        Dead("slow").ShouldBe(2);
    }

    [Fact]
    public async Task What_was_given_up_is_sent_again_when_an_operator_wants_it_also_after_a_restart()
    {
        _slow.Answers.Enqueue(new Delivery(DeliveryEnd.Rejected, "answered 400"));
        await SendAsync(4);
        (Dead("slow"), Dead("sound")).ShouldBe((1, 0));
        Retry("sound", null).ShouldBe(0);
        Retry("slow", "a/resolved").ShouldBe(0);
        Retry("slow", "a/confirmed").ShouldBe(1);
        Dead("slow").ShouldBe(0);
        await SendAsync(2);
        _slow.Got.ShouldBe(["a/confirmed", "a/resolved", "a/confirmed"]);

        int Retry(string? channel, string? notice) => _outbox.Retry(channel, notice, _clock.GetUtcNow());
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_hold_notices_up_until_it_has_caught_up()
    {
        _slow.Answers.Enqueue(new Delivery(DeliveryEnd.Retry, "away"));
        await SendAsync(1);
        var earlier = new FakeTimeProvider(Story.Start.AddYears(-5));
        using var store = _database.Connect();
        var dispatcher = Dispatcher(new IncidentStore(store, TextGate.OfPatterns), earlier);
        await dispatcher.SendDueAsync(CancellationToken.None);
        _slow.Got.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_notifier_that_throws_is_a_failed_try()
    {
        _slow.Throws = true;
        await SendAsync(1);
        _slow.Throws = false;
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(2);
        _slow.Got.ShouldBe(["a/confirmed", "a/resolved"]);
    }

    [Fact]
    public async Task What_the_disk_refuses_is_told_at_once_from_memory_and_not_again_by_the_next_agent()
    {
        await SendAsync(2);
        Limit(1);
        for (var i = 0; i < 30; i++)
            Append($"f{i}");
        _journal.Trouble.ShouldNotBeNull().Kind.ShouldBe(DatabaseTrouble.Full);
        await SendAsync(4);
        _sound.Got.Count.ShouldBe(62);
        _outbox.HasUnrecorded.ShouldBeTrue();
        LeftToTell().ShouldBeLessThan(62);

        Limit(1_000_000);
        _journal.WriteWaiting().ShouldBeTrue();
        await SendAsync(1);
        _outbox.HasUnrecorded.ShouldBeFalse();
        LeftToTell().ShouldBe(0);
        _sound.Got.Count.ShouldBe(62);
    }

    [Fact]
    public async Task Results_that_no_file_takes_hold_up_no_notice_and_are_in_the_new_one()
    {
        _journal.Replace("damaged").ShouldBeTrue();
        await SendAsync(2);
        _sound.Got.ShouldBe(["a/confirmed", "a/resolved"]);
        _outbox.HasUnrecorded.ShouldBeTrue();

        _journal.WriteWaiting().ShouldBeTrue(_journal.Problem);
        await SendAsync(1);
        _outbox.HasUnrecorded.ShouldBeFalse();
        LeftToTell().ShouldBe(0);
        _sound.Got.Count.ShouldBe(2);
    }

    public void Dispose()
    {
        _outbox.Dispose();
        _journal.Dispose();
        _folder.Dispose();
    }

    private async Task SendAsync(int turns)
    {
        using var link = new DatabaseLink(_database);
        var dispatcher = Dispatcher(new IncidentStore(() => link.Connection, TextGate.OfPatterns), _clock);
        for (var i = 0; i < turns; i++)
            await dispatcher.SendDueAsync(CancellationToken.None);
    }

    private OutboxDispatcher Dispatcher(IncidentStore store, TimeProvider clock) => new(_outbox,
        new NoticeLoader(_known, store, new ServiceStore(() => _outboxLink.Connection), FaultCatalog.Default, _ => [], new ReportFolder(_folder.Path), clock),
        [.. new[] { _slow, _sound }.Select(n => new Channel(n, new Receiver(Receivers.Of("webhooks", $"name: {n.Name}, url: \"http://a\"")), clock))],
        clock, (_, _) => { });

    private int Dead(string channel) => _outbox.ViewOf(new ChannelState(channel)).Dead;

    private void Append(string id)
    {
        var events = Story.Recovered(_clock.GetUtcNow().AddMinutes(-1));
        _journal.Append(Story.Changes(id, events), [Story.Fold(id, events)]);
    }

    private void Limit(int pages)
    {
        foreach (var link in (DatabaseLink[])[_journalLink, _outboxLink])
        {
            using var command = link.Connection.CreateCommand();
            command.CommandText = $"PRAGMA max_page_count={pages}";
            command.ExecuteNonQuery();
        }
    }

    /// <summary>What the next agent would send.</summary>
    private int LeftToTell()
    {
        var notices = new WaitingNotices(Notifiers);
        using var next = new Outbox(new DatabaseLink(_database), notices);
        next.Load();
        return notices.All().Count;
    }
}
