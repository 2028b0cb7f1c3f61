using System.Globalization;
using Agent.Commands;

namespace Agent.Tests.Commands;

public sealed class ReportWindowTests
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("Host", TimeSpan.FromHours(8), "Host", "Host");
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.FromHours(8));

    [Theory]
    [InlineData(null, null, null, "2026-11-23T12:00+08:00", "2026-11-24T12:00+08:00")]
    [InlineData("6h", null, null, "2026-11-24T06:00+08:00", "2026-11-24T12:00+08:00")]
    [InlineData("7d", null, "2026-11-20", "2026-11-13T00:00+08:00", "2026-11-20T00:00+08:00")]
    [InlineData(null, "2026-11-01", "2026-11-02T07:30", "2026-11-01T00:00+08:00", "2026-11-02T07:30+08:00")]
    [InlineData(null, "2026-11-01T00:00Z", null, "2026-11-01T08:00+08:00", "2026-11-24T12:00+08:00")]
    [InlineData(null, "2026-11-01T00:00:30-05:00", "2026-11-01 23:00", "2026-11-01T13:00:30+08:00", "2026-11-01T23:00+08:00")]
    public void A_window_is_read_by_the_host_s_zone(string? since, string? from, string? to, string begin, string end) =>
        ReportWindow.Of(null, since, from, to, Now, Zone).ShouldBe((new ReportWindow(At(begin), At(end)), ""));

    [Theory]
    [InlineData("tomorrow", null, null, "--since: found 'tomorrow'")]
    [InlineData("0s", null, null, "--since: found '0s'")]
    [InlineData("9999d", null, null, "--since: found '9999d'")]
    [InlineData(null, "24.11.2026", null, "--from: found '24.11.2026', expected a time such as 2026-11-24")]
    [InlineData(null, null, "noon", "--to: found 'noon'")]
    [InlineData("1h", "2026-11-01", null, "--since and --from say the same")]
    [InlineData(null, "2026-11-24", "2026-11-24", "would end before it begins")]
    public void A_mistake_is_told_with_what_is_expected(string? since, string? from, string? to, string told)
    {
        var (window, problem) = ReportWindow.Of(null, since, from, to, Now, Zone);
        window.ShouldBeNull();
        problem.ShouldContain(told);
    }

    [Theory]
    [InlineData("0001-01-01", null)]
    [InlineData("1000-01-01", null)]
    [InlineData("1999-12-31", null)]
    [InlineData("0001-01-01T00:00Z", null)]
    [InlineData("9999-12-31T23:59", null)]
    [InlineData("2026-11-26", null)]
    [InlineData(null, "0001-01-02")]
    [InlineData(null, "9999-12-31")]
    [InlineData(null, "9999-12-31T23:59:59Z")]
    [InlineData(null, "2026-11-26")]
    [InlineData("0001-01-01", "0001-01-02")]
    public void A_date_far_away_is_told_with_the_bounds(string? from, string? to)
    {
        foreach (var hours in (int[])[-12, 0, 14])
        {
            var zone = TimeZoneInfo.CreateCustomTimeZone("Far", TimeSpan.FromHours(hours), "Far", "Far");
            var (window, problem) = ReportWindow.Of(null, null, from, to, Now, zone);
            window.ShouldBeNull();
            problem.ShouldEndWith("expected a time from 2000-01-01 to 2026-11-25");
        }
    }

    [Fact]
    public void A_period_is_as_long_as_history_is_kept_at_most()
    {
        ReportWindow.Of(null, null, "2016-12-01", null, Now, Zone).Window.ShouldNotBeNull();
        ReportWindow.Of(null, null, "2016-11-01", null, Now, Zone).Problem.ShouldBe(
            "--from: found '2016-11-01', expected a time at most 3650 days before the end of the report");
        ReportWindow.Of(3650, null, null, "2000-01-01T08:00", Now, Zone).Window.ShouldNotBeNull();
        ReportWindow.Of(null, "3650d", null, "2000-01-02", Now, Zone).Window.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("1h", null, "--days and --since say the same")]
    [InlineData(null, "2026-11-01", "--days and --from say the same")]
    [InlineData("1h", "2026-11-01", "--days and --since and --from say the same")]
    public void Days_beside_another_begin_are_refused(string? since, string? from, string told) =>
        ReportWindow.Of(7, since, from, null, Now, Zone).Problem.ShouldContain(told);

    [Fact]
    public void Days_are_counted_back_from_the_end() =>
        ReportWindow.Of(7, null, null, "2026-11-20", Now, Zone).Window.ShouldBe(new ReportWindow(At("2026-11-13T00:00+08:00"), At("2026-11-20T00:00+08:00")));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
