using System.Globalization;
using Agent.Configuration.Yaml;

namespace Agent.Notifications;

/// <summary>A time of the day, in the host's time zone, in which people sleep. It may reach over midnight.</summary>
internal sealed record QuietHours(TimeOnly From, TimeOnly To)
{
    public static QuietHours? Read(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        var parts = text.Split('-', StringSplitOptions.TrimEntries);
        if (parts.Length == 2 && Time(parts[0]) is { } from && Time(parts[1]) is { } to && from != to)
            return new QuietHours(from, to);
        section.Complain(key, $"'{text}' is no time of the day; write it as 22:00-07:00, with two different times");
        return null;
    }

    /// <summary>When they end, if they are now; null: they are not.</summary>
    public DateTimeOffset? EndAfter(DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone);
        var time = TimeOnly.FromDateTime(local.DateTime);
        if (!time.IsBetween(From, To))
            return null;
        var end = local.Date + To.ToTimeSpan();
        if (end <= local.DateTime)
            end = end.AddDays(1);
        // The night in which clocks are put forward has no such time: then the hour after it.
        if (zone.IsInvalidTime(end))
            end = end.AddHours(1);
        return new DateTimeOffset(end, zone.GetUtcOffset(end));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH\\:mm}-{To:HH\\:mm}");

    private static TimeOnly? Time(string text) =>
        TimeOnly.TryParseExact(text, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
}
