using System.Globalization;
using Agent.Configuration.Yaml;

namespace Agent.Commands;

/// <summary>The time that a report is asked for.</summary>
internal sealed record ReportWindow(DateTimeOffset From, DateTimeOffset To)
{
    private const int UsualDays = 1;

    /// <summary>No agent is older. Earlier dates are slips, and near the first year there is no room for the period before.</summary>
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Longest = TimeSpan.FromDays(IncidentsCommand.MostDays);

    /// <param name="days">Days before the end; null: not given.</param>
    /// <param name="since">A duration before the end, such as <c>24h</c>.</param>
    /// <param name="from">A time.</param>
    /// <param name="to">A time; left out: now.</param>
    /// <param name="now">The present time.</param>
    /// <param name="zone">Of times that say none.</param>
    /// <returns>Or what is wrong.</returns>
    public static (ReportWindow? Window, string Problem) Of(int? days, string? since, string? from, string? to, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (((string?[])[days is null ? null : "--days", since is null ? null : "--since", from is null ? null : "--from"]).OfType<string>().ToList()
            is { Count: > 1 } begins)
            return (null, $"{string.Join(" and ", begins)} say the same; give one of them");
        var end = now;
        if (to is not null && Given("--to", to, now, zone, out end) is { } wrongEnd)
            return (null, wrongEnd);
        var begin = end.AddDays(-(days ?? UsualDays));
        if (from is not null && Given("--from", from, now, zone, out begin) is { } wrongBegin)
            return (null, wrongBegin);
        if (since is not null)
        {
            if (Quantity.Duration(since) is not { } length || length < TimeSpan.FromMinutes(1) || length > Longest)
                return (null, $"--since: found '{since}', expected a duration from 1m to {IncidentsCommand.MostDays}d, such as 24h");
            begin = end - length;
        }

        if (begin >= end)
            return (null, "the report would end before it begins; look at --from and --to");
        return end - begin <= Longest ? (new ReportWindow(begin, end), "")
            : (null, $"--from: found '{from}', expected a time at most {IncidentsCommand.MostDays} days before the end of the report");
    }

    /// <returns>What is wrong with the time; null: nothing.</returns>
    private static string? Given(string option, string text, DateTimeOffset now, TimeZoneInfo zone, out DateTimeOffset at)
    {
        var latest = now.AddDays(1);
        var read = Time(text, zone);
        at = read ?? now;
        if (read is null)
            return Wrong(option, text);
        return at >= Earliest && at <= latest ? null
            : string.Create(CultureInfo.InvariantCulture, $"{option}: found '{text}', expected a time from {Earliest:yyyy-MM-dd} to {latest:yyyy-MM-dd}");
    }

    private static string Wrong(string option, string text) =>
        $"{option}: found '{text}', expected a time such as 2026-11-24, 2026-11-24T07:30 (the host's time zone) or 2026-11-24T07:30Z";

    private static DateTimeOffset? Time(string text, TimeZoneInfo zone)
    {
        if (DateTime.TryParseExact(text, ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm"], CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var local))
            // The first and the last day of the calendar have no room for an offset, and are far outside of the bounds with any.
            return new DateTimeOffset(local, local.Year is > 1 and < 9999 ? zone.GetUtcOffset(local) : TimeSpan.Zero);
        return DateTimeOffset.TryParseExact(text, ["yyyy-MM-ddTHH:mmK", "yyyy-MM-ddTHH:mm:ssK"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? at : null;
    }
}
