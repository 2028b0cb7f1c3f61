using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Notifications;
using Agent.Notifications.Queue;
using Agent.Reports.Health;
using Agent.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Notifications;

/// <summary>What people are told of many incidents: little at once, nothing twice, nothing lost.</summary>
public sealed class ToldPeopleTests : IDisposable
{
    private static readonly Subject Chip = Subject.Chip(0, 0);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly Database _database;
    private readonly Journal _journal;
    private readonly Outbox _outbox;
    private readonly WaitingNotices _notices = new(["chat"]);
    private readonly Recollection _known = new(TimeSpan.FromHours(6));
    private OutboxDispatcher? _dispatcher;

    public ToldPeopleTests()
    {
        _clock.SetLocalTimeZone(TimeZoneInfo.Utc);
        _database = Database.Open(_folder.Path, Story.Start);
        _journal = new Journal(new DatabaseLink(_database), _known, _notices, TextGate.OfPatterns, "boot", _clock);
        _outbox = new Outbox(new DatabaseLink(_database), _notices);
    }

    private ScriptedNotifier Chat { get; } = new("chat")
    {
        Traits = new() { IsForPeople = true, Merges = true, Rate = new(10, TimeSpan.FromMinutes(1), 2) },
    };

    [Fact]
    public async Task A_few_notices_come_one_by_one_and_many_as_one_message()
    {
        Happens("a", FaultCodes.ChipAlarm, over: true);
        await SendAsync();
        Chat.Got.ShouldBe(["a/confirmed", "a/resolved"]);
        _clock.Advance(TimeSpan.FromHours(2));
        foreach (var id in (string[])["b", "c", "d", "e", "f"])
            Happens(id, FaultCodes.ChipWarning, over: false);
        await SendAsync();
        Chat.Got[^1].ShouldBe("b/confirmed+c/confirmed+d/confirmed+e/confirmed+f/confirmed");
        Chat.Got.Count.ShouldBe(3);
        await SendAsync();
        Chat.Got.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_urgent_notice_goes_first_and_by_itself_and_has_a_place_when_the_rate_is_used_up()
    {
        for (var i = 0; i < 3; i++)
        {
            Happens($"w{i}", FaultCodes.ChipWarning, over: false);
            await SendAsync();
        }

        Happens("w3", FaultCodes.ChipWarning, over: false);
        Happens("c", FaultCodes.ChipAlarm, over: false);
        await SendAsync();
        Chat.Got.ShouldBe(["w0/confirmed", "w1/confirmed", "w2/confirmed", "c/confirmed"]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync();
        Chat.Got[^1].ShouldBe("w3/confirmed");
    }

    [Fact]
    public async Task A_receiver_that_asks_for_a_wait_gets_nothing_meanwhile_and_then_one_message()
    {
        Chat.Answers.Enqueue(new Delivery(DeliveryEnd.Retry, "too fast", TimeSpan.FromMinutes(10)));
        foreach (var id in (string[])["a", "b", "c", "d"])
        {
            Happens(id, FaultCodes.ChipWarning, over: false);
            await SendAsync();
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        Chat.Got.ShouldBe(["a/confirmed"]);
        _clock.Advance(TimeSpan.FromMinutes(10));
        await SendAsync();
        Chat.Got.ShouldBe(["a/confirmed", "a/confirmed+b/confirmed+c/confirmed+d/confirmed"]);
    }

    /// <summary>An answer that broke off tells nothing, and holds up no other notice; the end of the same incident waits all the same.</summary>
    [Fact]
    public async Task The_end_of_an_incident_never_overtakes_its_alarm_in_the_same_turn()
    {
        Chat.Answers.Enqueue(new Delivery(DeliveryEnd.Retry, "the answer broke off"));
        Happens("a", FaultCodes.ChipWarning, over: true);
        Happens("b", FaultCodes.ChipAlarm, over: false);
        await SendAsync();
        // What is urgent goes first, and is what the answer breaks off of.
        Append("b", new Resolved(_clock.GetUtcNow(), "it is well", Mender.Itself));
        await SendAsync();
        Chat.Got.ShouldBe(["b/confirmed", "a/confirmed", "a/resolved"]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Chat.Answers.Enqueue(new Delivery(DeliveryEnd.Retry, "the answer broke off"));
        await SendAsync();
        Chat.Got[3..].ShouldBe(["b/confirmed"]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync();
        Chat.Got[4..].ShouldBe(["b/confirmed", "b/resolved"]);
    }

    [Fact]
    public async Task In_quiet_hours_only_critical_faults_come_and_the_rest_follows_as_one_message()
    {
        // It is three o'clock.
        var quiet = "quiet_hours: \"22:00-07:00\"";
        foreach (var id in (string[])["a", "b", "c", "d"])
            Happens(id, FaultCodes.ChipWarning, over: false);
        Happens("crit", FaultCodes.ChipAlarm, over: false);
        await SendAsync(quiet);
        Chat.Got.ShouldBe(["crit/confirmed"]);
        _clock.Advance(TimeSpan.FromMinutes(239));
        await SendAsync(quiet);
        Chat.Got.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromMinutes(2));
        await SendAsync(quiet);
        Chat.Got.ShouldBe(["crit/confirmed", "a/confirmed+b/confirmed+c/confirmed+d/confirmed"]);
    }

    [Fact]
    public async Task A_fault_that_comes_and_goes_is_told_when_that_is_plain_and_when_it_stays_away()
    {
        for (var i = 0; i < 8; i++)
        {
            Happens($"f{i}", FaultCodes.ChipWarning, over: false);
            await SendAsync();
            _clock.Advance(TimeSpan.FromMinutes(5));
            Ends($"f{i}");
            await SendAsync();
            _clock.Advance(TimeSpan.FromMinutes(5));
        }

        Chat.Got.ShouldBe(["f0/confirmed", "f0/resolved", "f1/confirmed", "f1/resolved", "f2/confirmed"]);
        ((IncidentNotice)Chat.Notices[^1]).Flap.ShouldBe(new Flap("f2", 3, Story.Start, false));
        _clock.Advance(TimeSpan.FromMinutes(56));
        await SendAsync();
        Chat.Got[5..].ShouldBe(["f7/resolved"]);
        var last = (IncidentNotice)Chat.Notices[^1];
        last.Flap.ShouldBe(new Flap("f2", 8, Story.Start, true));
        last.Thread.ShouldBe("f2");
    }

    [Fact]
    public async Task A_fault_that_comes_and_goes_is_told_at_once_when_a_person_is_needed()
    {
        for (var i = 0; i < 4; i++)
        {
            Happens($"f{i}", FaultCodes.ChipWarning, over: i < 3);
            await SendAsync();
            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        var told = Chat.Got.Count;
        Append("f3", new HandedOver(_clock.GetUtcNow(), "the recovery did not keep it away"));
        await SendAsync();
        Chat.Got[told..].ShouldBe(["f3/handed-over"]);
    }

    [Theory]
    [InlineData("severity: critical", "crit")]
    [InlineData("severity: warning", "warn crit engine")]
    [InlineData("faults: [chip-*]", "warn crit")]
    [InlineData("faults: [engine-slow, chip-alarm]", "crit engine")]
    [InlineData("engines: [other]", "warn crit")]
    [InlineData("engines: [deepseek]", "warn crit engine")]
    public async Task A_receiver_is_told_what_it_wants(string route, string told)
    {
        Happens("warn", FaultCodes.ChipWarning, over: false);
        await SendAsync(route);
        Happens("crit", FaultCodes.ChipAlarm, over: false);
        await SendAsync(route);
        Append("engine", new Suspected(_clock.GetUtcNow(), FaultCodes.EngineSlow, Story.Engine, "engine-throughput", "slow", []), Confirmed());
        await SendAsync(route);
        string.Join(' ', Chat.Got.Select(g => g.Split('/')[0])).ShouldBe(told);
        _outbox.Due("chat", _clock.GetUtcNow()).ShouldBeEmpty("what a receiver does not want does not wait for it");
    }

    public void Dispose()
    {
        _outbox.Dispose();
        _journal.Dispose();
        _folder.Dispose();
    }

    private void Happens(string id, string fault, bool over)
    {
        Append(id, new Suspected(_clock.GetUtcNow(), fault, fault == FaultCodes.ChipAlarm ? Subject.Chip(1, 0) : Chip, "chip-health", "seen", []), Confirmed());
        if (over)
            Ends(id);
    }

    private Confirmed Confirmed() => new(_clock.GetUtcNow(), "seen twice");

    private void Ends(string id) => Append(id, new Resolved(_clock.GetUtcNow(), "it is well", Mender.Itself));

    private void Append(string id, params IReadOnlyList<IncidentEvent> events)
    {
        var before = _known.Find(id)?.Events ?? [];
        _journal.Append(Story.Changes(id, events), [Story.Fold(id, [.. before, .. events])]);
    }

    private async Task SendAsync(string settings = "severity: info")
    {
        using var link = new DatabaseLink(_database);
        _dispatcher ??= new OutboxDispatcher(_outbox, new NoticeLoader(_known, new IncidentStore(() => link.Connection, TextGate.OfPatterns),
            new ServiceStore(() => link.Connection), FaultCatalog.Default, _ => [], new ReportFolder(_folder.Path), _clock),
            [new Channel(Chat, new Receiver(Receivers.Of("webhooks", $"name: chat, url: \"http://a\", {settings}")), _clock)],
            _clock, (_, _) => { });
        await _dispatcher.SendDueAsync(CancellationToken.None);
    }
}
