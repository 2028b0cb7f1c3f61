using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Adapters.Hccn;

/// <summary>One change of a link. The time is by the clock of the device, which may differ from the clock of the host.</summary>
internal sealed record LinkChange(DateTime At, bool Up)
{
    private static readonly Regex Record = RarePattern.OfLine(@"^(.*[0-9]{4})\s+LINK (UP|DOWN)$");
    private static readonly Regex Ctime = RarePattern.OfLine(
        @"^(?:[A-Z][a-z]{2}\s+)?([A-Z][a-z]{2})\s+([0-9]{1,2})\s+([0-9]{1,2}:[0-9]{2}:[0-9]{2})\s+([0-9]{4})$");

    /// <summary>Reads a line such as <c>Tue Aug 1 14:43:40 2022 LINK UP</c>; null for another line.</summary>
    public static LinkChange? Parse(string line) =>
        Record.Match(line) is { Success: true } record && Time(record.Groups[1].Value) is { } at
            ? new LinkChange(at, record.Groups[2].Value == "UP")
            : null;

    /// <summary>Reads a row of the 950's table; null for a row of another table.</summary>
    public static LinkChange? Of(IReadOnlyDictionary<string, string> row) =>
        row.TryGetValue("Link_Status", out var status) && Time(row.GetValueOrDefault("Time_Stamp")) is { } at
            ? new LinkChange(at, status == "LINK_UP")
            : null;

    /// <summary>A time in the form of ctime. The day of the week is ignored, because a capture has a wrong one.</summary>
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
/// <param name="DownCount">Only 950 has it.</param>
internal sealed record LinkHistory(DateTime? DeviceTime, long? UpCount, long? DownCount, IReadOnlyList<LinkChange> Changes)
{
    /// <summary>The link was never up since the device started: there is no cable, or nobody uses the port.</summary>
    public bool NeverUp => UpCount == 0 && !Changes.Any(c => c.Up);

    /// <summary>How often the link went down within this time before the device's now. Null when the device does not tell its time.</summary>
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
