using Agent.Domain.Availability;
using Agent.Domain.Faults;
using Agent.ForeignText;
using Agent.Notifications;
using Agent.Notifications.Queue;
using Agent.Reports.Health;
using Agent.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Notifications;

/// <summary>Each channel goes on by itself, and how it was doing is known to the next agent.</summary>
public sealed class ChannelTurnsTests : IDisposable
{
    private static readonly string[] Notifiers = ["first", "second"];

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly Database _database;
    private readonly Journal _journal;
    private readonly Outbox _outbox;
    private readonly DatabaseLink _read;
    private readonly Recollection _known = new(TimeSpan.FromHours(6));
    private readonly ScriptedNotifier _first = new("first");
    private readonly ScriptedNotifier _second = new("second");

    public ChannelTurnsTests()
    {
        _database = Database.Open(_folder.Path, Story.Start);
        var notices = new WaitingNotices(Notifiers);
        _journal = new Journal(new DatabaseLink(_database), _known, notices, TextGate.OfPatterns, "boot", _clock);
        _outbox = new Outbox(new DatabaseLink(_database), notices);
        _read = new DatabaseLink(_database);
        Happens("a");
    }

    [Fact]
    public async Task A_receiver_that_never_answers_holds_up_no_turn_of_another_one_and_is_told_again_by_the_next_agent()
    {
        var silent = new SilentNotifier("first");
        var dispatcher = Dispatcher(silent, _second);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = dispatcher.RunAsync(stop.Token);
        await _second.TookAsync(2);
        Happens("b");
        dispatcher.Wake();
        await _second.TookAsync(2);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);

        _second.Got.ShouldBe(["a/confirmed", "a/resolved", "b/confirmed", "b/resolved"]);
        silent.Got.ShouldBe(["a/confirmed"]);
        Next().Due("first", _clock.GetUtcNow()).Select(r => r.Notice).ShouldBe(["a/confirmed", "b/confirmed"]);
        Next().Due("second", _clock.GetUtcNow()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_notice_that_waits_behind_another_one_makes_no_turn_by_itself()
    {
        _first.Answers.Enqueue(new Delivery(DeliveryEnd.Retry, "answered 429", TimeSpan.FromMinutes(10)));
        await SendAsync();
        _outbox.NextDue("first").ShouldBe(_clock.GetUtcNow().AddMinutes(10), "its end waits behind the alarm");
        _outbox.NextDue("second").ShouldBe(_clock.GetUtcNow().AddSeconds(-48), "the alarm was taken, and its end is due");
    }

    [Fact]
    public async Task A_notice_for_a_receiver_that_is_not_configured_any_more_is_given_up()
    {
        await Dispatcher(_first).SendDueAsync(CancellationToken.None);
        var notices = new WaitingNotices(["first"]);
        using var outbox = new Outbox(new DatabaseLink(_database), notices);
        outbox.Load();
        var dispatcher = new OutboxDispatcher(outbox, Loader(), [Channel(_first, outbox)], _clock, (_, _) => { });
        await dispatcher.SendDueAsync(CancellationToken.None);
        notices.All().ShouldBeEmpty();
        outbox.ViewOf(new ChannelState("second")).Dead.ShouldBe(2);
        // It is tried again as an operator wants it, and given up again.
        (await dispatcher.RetryAsync("second", null)).ShouldBe(2);
        notices.All().ShouldBeEmpty();
    }

    [Fact]
    public async Task How_a_channel_was_doing_is_known_to_the_next_agent_at_once()
    {
        _first.Answers.Enqueue(new Delivery(DeliveryEnd.Retry, "no answer within 10 s"));
        _first.Answers.Enqueue(new Delivery(DeliveryEnd.Broken, "the robot does not know its key"));
        await SendAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        var now = _clock.GetUtcNow();
        Next().TakenUp("first", now)
            .ShouldBe(new ChannelState("first") { FailingSince = Story.Start, Problem = "the robot does not know its key", IsBroken = true });
        Next().TakenUp("second", now).ShouldBe(new ChannelState("second") { LastSentAt = Story.Start.AddMinutes(1) });
        Next().TakenUp("third", now).ShouldBe(new ChannelState("third"));
        Next().TakenUp("first", Story.Start.AddYears(-1)).FailingSince.ShouldBe(Story.Start.AddYears(-1), "a time in the future is taken for the present");

        _clock.Advance(TimeSpan.FromHours(1));
        await SendAsync();
        Next().TakenUp("first", now).ShouldBe(new ChannelState("first") { LastSentAt = _clock.GetUtcNow() });
    }

    /// <summary>An older agent, to which somebody went back for a while, told the receiver and left the note as it was.</summary>
    [Fact]
    public async Task A_channel_is_not_taken_for_failing_when_nothing_waits_that_it_did_not_take()
    {
        _first.Answers.Enqueue(Delivery.Away("nobody answers"));
        await SendAsync();
        using var command = _read.Connection.CreateCommand();
        command.CommandText = "UPDATE outbox SET state = 'sent'";
        command.ExecuteNonQuery();
        Next().TakenUp("first", _clock.GetUtcNow()).ShouldBe(new ChannelState("first"));
    }

    [Fact]
    public async Task What_goes_to_a_receiver_beside_the_outbox_is_written_when_it_changes_something()
    {
        _first.Answers.Enqueue(new Delivery(DeliveryEnd.Retry, "answered 503"));
        var dispatcher = Dispatcher(_first, _second);
        await dispatcher.SendDueAsync(CancellationToken.None);
        dispatcher.Noted("first", Delivery.Sent);
        await dispatcher.SendDueAsync(CancellationToken.None);
        Next().TakenUp("first", _clock.GetUtcNow()).FailingSince.ShouldBeNull("a heartbeat passed");
        new Channel(_first, OfWebhook("first"), _clock).Note(Delivery.Sent).ShouldBeFalse("another heartbeat costs no write");
    }

    [Fact]
    public async Task A_receiver_that_keeps_its_own_books_is_told_what_the_incident_cost_as_far_as_it_is_recorded()
    {
        var down = new ServiceSpan(Story.Engine, ServiceState.Down, Story.Start, Story.Start.AddSeconds(42), ServiceReason.Dead)
        {
            Number = 1,
            Boot = "boot",
            Incident = "a",
        };
        _journal.Append(new ServiceWrite([new ServicePage(Story.Engine, [down], null)], Story.Start.AddMinutes(1), "boot")).ShouldBeTrue();
        await SendAsync();
        var lost = ((IncidentNotice)_first.Notices[0]).Lost.ShouldNotBeNull().ShouldHaveSingleItem();
        (lost.Subject, lost.Seconds).ShouldBe(("engine:deepseek", 42));
    }

    public void Dispose()
    {
        _read.Dispose();
        _outbox.Dispose();
        _journal.Dispose();
        _folder.Dispose();
    }

    private void Happens(string id)
    {
        var events = Story.Recovered(_clock.GetUtcNow().AddMinutes(-1));
        _journal.Append(Story.Changes(id, events), [Story.Fold(id, events)]);
    }

    private Task SendAsync() => Dispatcher(_first, _second).SendDueAsync(CancellationToken.None);

    private OutboxDispatcher Dispatcher(params INotifier[] notifiers) =>
        new(_outbox, Loader(), [.. notifiers.Select(n => Channel(n, _outbox))], _clock, (_, _) => { });

    /// <summary>As an agent that starts makes it.</summary>
    private Channel Channel(INotifier notifier, Outbox outbox)
    {
        outbox.WriteUnrecorded(_clock.GetUtcNow());
        return new(notifier, OfWebhook(notifier.Name), _clock, Next().TakenUp(notifier.Name, _clock.GetUtcNow()));
    }

    private static Receiver OfWebhook(string name) => new(Receivers.Of("webhooks", $"name: {name}, url: \"http://a\""));

    private NoticeLoader Loader() => new(_known, new IncidentStore(() => _read.Connection, TextGate.OfPatterns), new ServiceStore(() => _read.Connection),
        FaultCatalog.Default, _ => [], new ReportFolder(_folder.Path), _clock);

    /// <summary>The outbox as the next agent finds it.</summary>
    private Outbox Next()
    {
        var next = new Outbox(_read, new WaitingNotices(Notifiers));
        next.Load();
        return next;
    }
}
