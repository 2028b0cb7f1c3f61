using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Adapters.Hccn;

/// <summary>One change of a link, by the clock of the device, which need not be that of the host.</summary>
internal sealed record LinkChange(DateTime At, bool Up)
{
    private static readonly Regex Record = RarePattern.OfLine(@"^(.*[0-9]{4})\s+LINK (UP|DOWN)$");
    private static readonly Regex Ctime = RarePattern.OfLine(
        @"^(?:[A-Z][a-z]{2}\s+)?([A-Z][a-z]{2})\s+([0-9]{1,2})\s+([0-9]{1,2}:[0-9]{2}:[0-9]{2})\s+([0-9]{4})$");

    /// <summary>A line such as <c>Tue Aug  1 14:43:40 2022    LINK UP</c>; null when it is none.</summary>
    public static LinkChange? Parse(string line) =>
        Record.Match(line) is { Success: true } record && Time(record.Groups[1].Value) is { } at
            ? new LinkChange(at, record.Groups[2].Value == "UP")
            : null;

    /// <summary>A row of the 950's table; null when it is of another table.</summary>
    public static LinkChange? Of(IReadOnlyDictionary<string, string> row) =>
        row.TryGetValue("Link_Status", out var status) && Time(row.GetValueOrDefault("Time_Stamp")) is { } at
            ? new LinkChange(at, status == "LINK_UP")
            : null;

    /// <summary>A time of ctime. The day of the week is left out: a capture has a wrong one.</summary>
    public static DateTime? Time(string? text) =>
        text is not null && Ctime.Match(text) is { Success: true } time
        && DateTime.TryParseExact(
            $"{time.Groups[1].Value} {time.Groups[2].Value} {time.Groups[3].Value} {time.Groups[4].Value}",
            "MMM d HH:mm:ss yyyy",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var at)
            ? at
            : null;
}

/// <summary><c>-link_stat</c>: how often a link came up, and its last changes, newest first.</summary>
/// <param name="DeviceTime">Null on 950, which does not print it.</param>
/// <param name="DownCount">950 only.</param>
internal sealed record LinkHistory(DateTime? DeviceTime, long? UpCount, long? DownCount, IReadOnlyList<LinkChange> Changes)
{
    /// <summary>Never up since the device started: no cable, or a port that nobody uses.</summary>
    public bool NeverUp => UpCount == 0 && !Changes.Any(c => c.Up);

    /// <summary>How often it went down in the time before the device's now. Null where the device does not say its time.</summary>
    public int? DownsWithin(TimeSpan window) =>
        DeviceTime is { } now ? Changes.Count(c => !c.Up && c.At <= now && now - c.At <= window) : null;

    public static LinkHistory? Of(HccnText text)
    {
        var (up, down) = (Count("link up count"), Count("link down count"));
        return up is null && down is null && text.Changes.Count == 0
            ? null
            : new LinkHistory(LinkChange.Time(text.Text("current time")), up, down, text.Changes);

        long? Count(string key) => long.TryParse(text.Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
    }
}
