using System.Globalization;
using Agent.Configuration.Host;
using Agent.Supervision.Reporting;

namespace Agent.Tests.Supervision.Reporting;

public sealed class ReportTimesTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("daily", "07:30", "2026-11-24T07:29+08:00", "2026-11-23T07:30+08:00")]
    [InlineData("daily", "07:30", "2026-11-24T07:30+08:00", "2026-11-24T07:30+08:00")]
    [InlineData("daily", "7:05", "2026-11-24T23:59+08:00", "2026-11-24T07:05+08:00")]
    [InlineData("weekly", "monday 07:30", "2026-11-24T12:00+08:00", "2026-11-23T07:30+08:00")]
    [InlineData("weekly", "Sunday 23:00", "2026-11-24T12:00+08:00", "2026-11-22T23:00+08:00")]
    [InlineData("monthly", "1 07:30", "2026-03-01T07:29+08:00", "2026-02-01T07:30+08:00")]
    [InlineData("monthly", "28 07:30", "2026-03-01T07:29+08:00", "2026-02-28T07:30+08:00")]
    [InlineData("monthly", "1 00:00", "2026-01-31T23:59+08:00", "2026-01-01T00:00+08:00")]
    public void The_last_time_is_that_of_the_host_s_zone(string kind, string time, string now, string due) =>
        ReportTimes.Last(ReportTime.Parse(time, Agent.Domain.Words.Parse<ReportKind>(kind)!.Value)!, At(now), Shanghai).ShouldBe(At(due));

    [Theory]
    [InlineData("02:30", "2026-03-29T12:00+02:00")]
    [InlineData("02:30", "2026-10-25T12:00+01:00")]
    [InlineData("02:00", "2026-10-25T12:00+01:00")]
    public void Nights_in_which_clocks_are_moved_have_their_report_within_a_day(string time, string now)
    {
        var due = ReportTimes.Last(ReportTime.Parse(time, ReportKind.Daily)!, At(now), Berlin);
        (At(now) - due!.Value).ShouldBeLessThan(TimeSpan.FromHours(35));
    }

    [Theory]
    [InlineData("npu-host-1", "07:30")]
    [InlineData("npu-host-2", "07:30")]
    [InlineData("a", "00:00")]
    [InlineData("b", "23:25")]
    [InlineData("", "07:20")]
    public void A_report_waits_some_minutes_and_never_comes_near_the_half_hour(string host, string time)
    {
        var at = TimeOnly.Parse(time, CultureInfo.InvariantCulture);
        var wait = ReportTimes.WaitOf(host, at);
        wait.ShouldBeInRange(TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(16));
        (at.Add(wait).Minute % 30).ShouldBeInRange(2, 28);
    }

    [Fact]
    public void Hosts_of_a_fleet_wait_differently() =>
        Enumerable.Range(1, 50).Select(i => ReportTimes.WaitOf($"npu-host-{i}", new TimeOnly(7, 30))).Distinct().Count().ShouldBeGreaterThan(4);

    [Theory]
    [InlineData("reports: { daily: \"25:00\" }", "reports.daily: '25:00' is no time of the day")]
    [InlineData("reports: { weekly: \"07:30\" }", "reports.weekly: '07:30' is no time of the week")]
    [InlineData("reports: { weekly: \"someday 07:30\" }", "reports.weekly")]
    [InlineData("reports: { monthly: \"31 07:30\" }", "reports.monthly: '31 07:30' is no time of the month; write it as \"1 07:30\", with a day from 1 to 28, or off")]
    [InlineData("reports: { keep: 1h }", "reports.keep")]
    [InlineData("reports: { dialy: off }", "reports.dialy")]
    [InlineData("notifications: { webhooks: [ { name: a, url: \"http://a\", reports: [hourly] } ] }", "'hourly' is no report, allowed: daily, weekly, monthly")]
    public void A_mistake_in_the_file_is_told(string text, string told) =>
        SettingsFile.Parse("t.yaml", text, _ => false).Problems.ShouldHaveSingleItem().ToString().ShouldContain(told);

    [Fact]
    public void Reports_are_on_unless_they_are_off()
    {
        Times("mode: act").ShouldBe("daily 07:30, weekly monday 07:30, monthly 1 07:30");
        Times("reports: { daily: off, weekly: off, monthly: off }").ShouldBe("");
        Times("reports: { daily: \"6:05\", weekly: FRIDAY 18:00, monthly: off }").ShouldBe("daily 06:05, weekly friday 18:00");
    }

    private static string Times(string text) => string.Join(", ",
        SettingsFile.Parse("t.yaml", text, _ => false).Settings!.Reports.Times().Select(t => $"{Agent.Domain.Words.Of(t.Kind)} {t.Time}"));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
