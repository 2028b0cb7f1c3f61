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
        ReportWindow.Of(1, since, from, to, Now, Zone).ShouldBe((new ReportWindow(At(begin), At(end)), ""));

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
        var (window, problem) = ReportWindow.Of(1, since, from, to, Now, Zone);
        window.ShouldBeNull();
        problem.ShouldContain(told);
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
