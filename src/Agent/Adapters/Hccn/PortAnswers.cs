using System.Globalization;

namespace Agent.Adapters.Hccn;

/// <summary>Reads the short answers of hccn_tool. A value is null when the answer does not hold it.</summary>
internal static class PortAnswers
{
    /// <summary><c>-link</c>, or <c>-port_info</c> of a 950: whether the link is up.</summary>
    public static bool? LinkUp(HccnText text) => (text.Text("link status") ?? text.Text("port_link"))?.ToUpperInvariant() switch
    {
        "UP" or "LINK" => true,
        null or "" => null,
        _ => false,
    };

    /// <summary><c>-net_health</c>: the word as printed.</summary>
    public static string? NetHealth(HccnText text) => text.Text("net health status");

    /// <summary><c>-speed</c>, in bit/s.</summary>
    public static double? BitsPerSecond(HccnText text) => (text.Text("Speed") ?? text.Cell("Speed"))?.Split(' ') switch
    {
        [var number, var unit] when double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) => unit switch
        {
            "Mb/s" => value * 1e6,
            "G" or "Gb/s" => value * 1e9,
            _ => null,
        },
        _ => null,
    };

    /// <summary><c>-fec</c>: the mode as printed.</summary>
    public static string? ErrorCorrection(HccnText text) => text.Text("fec mode") ?? text.Text("fec");

    /// <summary><c>-stat</c>: every counter by its name.</summary>
    public static IReadOnlyDictionary<string, long> Counters(HccnText text)
    {
        Dictionary<string, long> counters = new(StringComparer.Ordinal);
        foreach (var (_, name, value) in text.Values)
        {
            if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                counters[name] = count;
        }

        return counters;
    }
}
