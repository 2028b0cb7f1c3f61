using Agent.Adapters;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Notifications;
using Agent.Notifications.Queue;
using Agent.Notifications.Texts;
using Agent.Reports.Health;
using Agent.Storage;
using Agent.Supervision.Reporting;
using Agent.Tests.Notifications;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision.Reporting;

/// <summary>Reports are made once, kept, and told through the outbox: on time, after a night without an agent, and on a disk that refuses.</summary>
public sealed class ReportWatchTests : IDisposable
{
    // A Sunday; the file says UTC, because the fake clock does.
    private static readonly DateTimeOffset Begin = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Begin);
    private readonly Database _database;
    private readonly WaitingNotices _notices = new(["mail", "chat"]);
    private readonly Journal _journal;
    private readonly ReportFolder _reports;
    private readonly Recollection _known = new(TimeSpan.FromHours(6));

    public ReportWatchTests()
    {
        _database = Database.Open(_folder.Path, Begin);
        _journal = new Journal(new DatabaseLink(_database), _known, _notices, TextGate.OfPatterns, "boot", _clock);
        _reports = new ReportFolder(_folder.Path);
    }

    [Fact]
    public void A_daily_report_is_made_a_few_minutes_after_it_is_due_and_once()
    {
        Started();
        var watch = Watch();
        Advance(TimeSpan.FromHours(4.5));
        watch.Turn().ShouldBeEmpty();
        Advance(TimeSpan.FromMinutes(20));
        watch.Turn().Select(r => r.Name).ShouldBe(["daily-2026-03-01", "monthly-2026-03-01"]);
        watch.Turn().ShouldBeEmpty();
        var document = _reports.Read("daily-2026-03-01")!;
        (document.Kind, document.From, document.To).ShouldBe(("daily", Begin.AddHours(-19.5), Begin.AddHours(4.5)));
        File.ReadAllText(_reports.PageOf("daily-2026-03-01")).ShouldContain("Daily health report: host1");
    }

    [Fact]
    public void A_host_on_which_the_agent_is_new_has_no_report_of_the_time_before_it()
    {
        Advance(TimeSpan.FromHours(6));
        Started();
        Watch().Turn().ShouldBeEmpty();
        Directory.Exists(_reports.Path).ShouldBeFalse();
    }

    [Fact]
    public void A_report_that_was_due_while_no_agent_ran_is_made_once_and_of_several_only_the_last()
    {
        Started();
        Advance(TimeSpan.FromDays(3) + TimeSpan.FromHours(12));
        Watch().Turn().Select(r => r.Name).ShouldBe(["daily-2026-03-04", "weekly-2026-03-02", "monthly-2026-03-01"]);
        Directory.EnumerateFiles(_reports.Path, "*.json").Count().ShouldBe(3);
    }

    [Fact]
    public void Months_and_weeks_have_the_length_of_the_calendar()
    {
        Started();
        Advance(TimeSpan.FromDays(31) + TimeSpan.FromHours(12));
        Watch().Turn();
        var month = _reports.Read("monthly-2026-04-01")!;
        (month.From, month.To).ShouldBe((Begin.AddHours(4.5), Begin.AddDays(31).AddHours(4.5)));
        var week = _reports.Read("weekly-2026-03-30")!;
        (week.To - week.From).ShouldBe(TimeSpan.FromDays(7));
    }

    [Fact]
    public void An_agent_that_was_killed_between_making_and_telling_tells_at_the_next_start_and_never_twice()
    {
        Started();
        Advance(TimeSpan.FromHours(5));
        Watch().Turn().Count.ShouldBe(2);
        foreach (var made in Watch().Turn())
            _journal.AppendReport(_clock.GetUtcNow(), made.Name, made.Receivers).ShouldBeTrue();
        Watch().Turn().ShouldBeEmpty();
    }

    [Fact]
    public void Nobody_who_wants_no_report_is_told()
    {
        Started();
        Advance(TimeSpan.FromHours(5));
        Watch(receivers: []).Turn().ShouldBeEmpty();
        _reports.Has("daily-2026-03-01").ShouldBeTrue();
    }

    [Fact]
    public void A_record_that_cannot_be_read_costs_one_report_and_not_the_agent()
    {
        Started();
        Advance(TimeSpan.FromHours(6));
        var tries = 0;
        var watch = Watch(open: () => ++tries == 1 ? throw new System.Text.Json.JsonException("no Rung") : Records());
        watch.Turn().Select(r => r.Name).ShouldBe(["monthly-2026-03-01"]);
        watch.Turn().Select(r => r.Name).ShouldBe(["daily-2026-03-01"]);
    }

    [Fact]
    public void A_receiver_that_is_named_later_is_told_within_a_day_and_not_of_days_ago()
    {
        Started();
        Advance(TimeSpan.FromHours(6));
        foreach (var report in Watch().Turn())
            _journal.AppendReport(_clock.GetUtcNow(), report.Name, report.Receivers);
        Watch(receivers: ["mail", "chat"]).Turn().Select(r => (r.Name, string.Join(',', r.Receivers)))
            .ShouldBe([("daily-2026-03-01", "chat"), ("monthly-2026-03-01", "chat")]);
        Advance(TimeSpan.FromHours(30));
        Watch(receivers: ["mail", "chat"]).Turn().Select(r => r.Name).ShouldBe(["daily-2026-03-02", "weekly-2026-03-02"]);
    }

    [Fact]
    public void A_clock_that_is_set_moves_reports_with_it()
    {
        var host = new SettableClock(_clock);
        var steady = new SteadyClock(host);
        Started();
        var watch = Watch(steady);
        watch.Turn().ShouldBeEmpty();
        host.SetBy = TimeSpan.FromHours(5);
        watch.Turn().Select(r => r.Name).ShouldBe(["daily-2026-03-01", "monthly-2026-03-01"]);
        host.SetBy = TimeSpan.Zero;
        watch.Turn().ShouldBeEmpty();
    }

    [Fact]
    public void Reports_are_kept_as_long_as_the_file_says_and_the_newest_stays()
    {
        _reports.Keep("daily-2026-01-01", Document(), Language.English);
        _reports.Keep("daily-2026-01-02", Document(), Language.English);
        _reports.Keep("weekly-2026-01-01", Document(), Language.English);
        foreach (var old in Directory.EnumerateFiles(_reports.Path, "daily-2026-01-01*"))
            File.SetLastWriteTimeUtc(old, Begin.UtcDateTime);
        _reports.Sweep("daily", DateTimeOffset.MaxValue);
        _reports.Has("weekly-2026-01-01").ShouldBeTrue("each kind has its own newest");
        Directory.EnumerateFiles(_reports.Path, "daily-*").Select(Path.GetFileName).Order(StringComparer.Ordinal)
            .ShouldBe(["daily-2026-01-02.html", "daily-2026-01-02.json"]);
    }

    [Fact]
    public async Task A_report_goes_through_the_outbox_once_to_each_receiver_that_wants_it()
    {
        _reports.Keep("daily-2026-03-01", Document() with { Kind = "daily" }, Language.English);
        _journal.AppendReport(Begin, "daily-2026-03-01", ["mail"]);
        var (mail, chat) = (new ScriptedNotifier("mail"), new ScriptedNotifier("chat"));
        mail.Answers.Enqueue(Delivery.Away("nobody answers"));
        using var outbox = new Outbox(new DatabaseLink(_database), _notices);
        using var link = new DatabaseLink(_database);
        var dispatcher = new OutboxDispatcher(outbox,
            new NoticeLoader(_known, new IncidentStore(() => link.Connection, TextGate.OfPatterns),
                new ServiceStore(() => link.Connection), FaultCatalog.Default, _ => [], _reports, _clock),
            [.. new[] { mail, chat }.Select(n =>
                new Channel(n, new Receiver(Receivers.Of("webhooks", $"name: {n.Name}, url: \"http://a\", reports: [daily]")), _clock))],
            _clock, (_, _) => { });
        await dispatcher.SendDueAsync(CancellationToken.None);
        Advance(TimeSpan.FromMinutes(10));
        await dispatcher.SendDueAsync(CancellationToken.None);
        await dispatcher.SendDueAsync(CancellationToken.None);
        mail.Got.ShouldBe(["daily-2026-03-01", "daily-2026-03-01"]);
        chat.Got.ShouldBeEmpty();
        var told = mail.Notices[^1].ShouldBeOfType<ReportNotice>();
        told.Html(Language.Chinese).ShouldContain("每日健康报告");
        using var history = new HistoryRetention(new DatabaseLink(_database));
        history.DropSlice(Begin.AddDays(31), Begin.AddDays(31), long.MaxValue);
        OutboxRows.Holds(link.Connection, "daily-2026-03-01", "mail").ShouldBeTrue();
        history.DropSlice(Begin.AddDays(33), Begin.AddDays(33), long.MaxValue);
        OutboxRows.Holds(link.Connection, "daily-2026-03-01", "mail").ShouldBeFalse();
    }

    [Theory]
    [InlineData(Language.English)]
    [InlineData(Language.Chinese)]
    public void The_summary_for_chats_is_as_it_was_accepted(Language language)
    {
        var document = HealthDocument.Of(Reports.SomeHealth.Bad()) with { Kind = "daily" };
        var notice = new ReportNotice("daily-2026-03-01", Begin, document, "/var/lib/npu-agent/reports/a.html");
        NoticeText.Of(notice, new Voice(language, "npu-host-1", Acts: true)).Plain
            .ShouldMatchApproved(c => c.WithDiscriminator(language.ToString()).WithFileExtension(".txt"));
    }

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    private void Started() => _journal.Append(_clock.GetUtcNow(), new AgentNote("agent started", "agent"));

    private void Advance(TimeSpan by) => _clock.Advance(by);

    private static HealthDocument Document() => HealthDocument.Of(Reports.SomeHealth.Quiet());

    private ReportWatch Watch(TimeProvider? clock = null, IReadOnlyList<string>? receivers = null, Func<ReportRecords>? open = null) => new(new ReportWatchParts
    {
        Settings = SettingsFile.Parse("t.yaml", "mode: act", _ => false).Settings!.Reports,
        Folder = _reports,
        Host = "host1",
        Language = Language.English,
        Receivers = _ => receivers ?? ["mail"],
        Open = open ?? Records,
    }, clock ?? _clock, NullLogger<ReportWatch>.Instance);

    private ReportRecords Records() => new(new DatabaseLink(_database), open => new HealthReader
    {
        Host = "host1",
        Zone = TimeZoneInfo.Utc,
        Incidents = new IncidentStore(open, TextGate.OfPatterns),
        Service = new ServiceStore(open),
        Measures = new MeasureStore(open),
        Objectives = new Dictionary<Subject, double>(),
        Speed = () => [],
        Chips = () => [],
        Versions = () => (null, null),
    });
}
