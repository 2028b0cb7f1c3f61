using System.Globalization;
using Agent.Configuration.Yaml;

namespace Agent.Configuration.Host;

internal enum ReportKind
{
    Daily,
    Weekly,
    Monthly,
}

/// <summary>When a health report is due, by the host's time zone.</summary>
/// <param name="At">The time of the day.</param>
/// <param name="Day">The day of the week; null: another kind of report.</param>
/// <param name="Date">The day of the month.</param>
internal sealed record ReportTime(TimeOnly At, DayOfWeek? Day = null, int? Date = null)
{
    public const string Off = "off";

    // Every month has them.
    private const int LastDate = 28;

    /// <summary>As cron of Quartz writes it.</summary>
    public string Cron => string.Create(CultureInfo.InvariantCulture,
        $"0 {At.Minute} {At.Hour} {(Day is null ? Date?.ToString(CultureInfo.InvariantCulture) ?? "*" : "?")} * {(Day is { } day ? Word(day)[..3] : "?")}");

    /// <param name="section">The section.</param>
    /// <param name="kind">The kind of report, whose word is the key.</param>
    /// <param name="fallback">The time where the file says nothing.</param>
    /// <returns>Null: no such report is made.</returns>
    public static ReportTime? Read(YamlSection section, ReportKind kind, string fallback)
    {
        var key = Domain.Words.Of(kind);
        var text = section.Text(key, fallback)!.Trim();
        if (text == Off)
            return null;
        if (Parse(text, kind) is { } time)
            return time;
        section.Complain(key, kind switch
        {
            ReportKind.Weekly => $"'{text}' is no time of the week; write it as \"monday 07:30\", or off",
            ReportKind.Monthly => $"'{text}' is no time of the month; write it as \"1 07:30\", with a day from 1 to {LastDate}, or off",
            _ => $"'{text}' is no time of the day; write it as \"07:30\", or off",
        });
        return null;
    }

    public static ReportTime? Parse(string text, ReportKind kind)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != (kind == ReportKind.Daily ? 1 : 2)
            || !TimeOnly.TryParseExact(parts[^1], ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at))
            return null;
        return kind switch
        {
            ReportKind.Daily => new ReportTime(at),
            ReportKind.Weekly => Enum.GetValues<DayOfWeek>().Where(d => string.Equals(Word(d), parts[0], StringComparison.OrdinalIgnoreCase))
                .Select(d => new ReportTime(at, d)).FirstOrDefault(),
            _ => int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var date) && date is >= 1 and <= LastDate
                ? new ReportTime(at, Date: date) : null,
        };
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Day is { } day ? Word(day).ToLowerInvariant() + " " : Date is { } date ? $"{date} " : "")}{At:HH\\:mm}");

    private static string Word(DayOfWeek day) => day.ToString().ToUpperInvariant();
}

/// <summary>Health reports that are made by themselves.</summary>
internal sealed record ReportSettings
{
    /// <summary>As the file writes them; <c>off</c> where there is none.</summary>
    public required string Daily { get; init; }

    public required string Weekly { get; init; }

    public required string Monthly { get; init; }

    /// <summary>How long they are kept.</summary>
    public required TimeSpan Keep { get; init; }

    /// <summary>Those that are made.</summary>
    public IEnumerable<(ReportKind Kind, ReportTime Time)> Times() =>
        from report in ((ReportKind Kind, string Text)[])[(ReportKind.Daily, Daily), (ReportKind.Weekly, Weekly), (ReportKind.Monthly, Monthly)]
        let time = ReportTime.Parse(report.Text, report.Kind)
        where time is not null
        select (report.Kind, time);

    public static ReportSettings Bind(YamlSection reports) => new()
    {
        Daily = Of(reports, ReportKind.Daily, "07:30"),
        Weekly = Of(reports, ReportKind.Weekly, "monday 07:30"),
        Monthly = Of(reports, ReportKind.Monthly, "1 07:30"),
        Keep = reports.Duration("keep", "90d", "1d", "3650d"),
    };

    private static string Of(YamlSection reports, ReportKind kind, string fallback) => ReportTime.Read(reports, kind, fallback)?.ToString() ?? ReportTime.Off;
}
