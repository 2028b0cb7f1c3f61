using System.Globalization;
using Agent.Configuration.Yaml;

namespace Agent.Commands;

/// <summary>The time that a report is asked for.</summary>
internal sealed record ReportWindow(DateTimeOffset From, DateTimeOffset To)
{
    /// <param name="days">The days that are told when nothing else is said.</param>
    /// <param name="since">A duration before the end, such as <c>24h</c>.</param>
    /// <param name="from">A time.</param>
    /// <param name="to">A time; left out: now.</param>
    /// <param name="now">The present time.</param>
    /// <param name="zone">Of times that say none.</param>
    /// <returns>Or what is wrong.</returns>
    public static (ReportWindow? Window, string Problem) Of(int days, string? since, string? from, string? to, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (since is not null && from is not null)
            return (null, "--since and --from say the same; give one of them");
        var end = now;
        if (to is not null)
        {
            if (Time(to, zone) is not { } given)
                return (null, Wrong("--to", to));
            end = given;
        }

        DateTimeOffset begin;
        if (from is not null)
        {
            if (Time(from, zone) is not { } given)
                return (null, Wrong("--from", from));
            begin = given;
        }
        else if (since is not null)
        {
            if (Quantity.Duration(since) is not { } length || length < TimeSpan.FromMinutes(1) || length > TimeSpan.FromDays(IncidentsCommand.MostDays))
                return (null, $"--since: found '{since}', expected a duration from 1m to {IncidentsCommand.MostDays}d, such as 24h");
            begin = end - length;
        }
        else
        {
            begin = end.AddDays(-days);
        }

        return begin < end ? (new ReportWindow(begin, end), "") : (null, "the report would end before it begins; look at --from and --to");
    }

    private static string Wrong(string option, string text) =>
        $"{option}: found '{text}', expected a time such as 2026-11-24, 2026-11-24T07:30 (the host's time zone) or 2026-11-24T07:30Z";

    private static DateTimeOffset? Time(string text, TimeZoneInfo zone)
    {
        if (DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm"], CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var local))
            return new DateTimeOffset(local, zone.GetUtcOffset(local));
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? at : null;
    }
}
