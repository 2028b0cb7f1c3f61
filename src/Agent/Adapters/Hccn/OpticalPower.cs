using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Adapters.Hccn;

/// <summary>
/// One figure of light. Some tools print it in mW (captures hccn_tool_optical_*), other tools in the field print dBm or uW. The unit stands behind
/// the number or in the key. Without a unit, the same number may mean a healthy or a dark fibre.
/// </summary>
/// <param name="Side">Tx or Rx.</param>
/// <param name="Milliwatts">Null when the unit or the number is not known.</param>
/// <param name="Text">As it was printed.</param>
internal sealed record OpticalPower(string Side, double? Milliwatts, string Text)
{
    private static readonly Regex Lane = RarePattern.OfLine(@"^(Tx|Rx) ?Power ?[0-9]{0,2} ?(?:[(\[](\w{1,8})[)\]])? ?[0-9]{0,2}$", ignoreCase: true);
    private static readonly Regex Figure = RarePattern.OfLine(@"^(-?[0-9]{1,9}(?:\.[0-9]{1,9})?)(?: ?([A-Za-z]{1,8}))?$");

    public static bool IsOne(string key) => Lane.IsMatch(key);

    /// <returns>Null when the module has no such figure.</returns>
    public static OpticalPower? Of(string key, string value)
    {
        if (!value.Any(char.IsAsciiDigit) && !value.Contains("inf", StringComparison.OrdinalIgnoreCase))
            return null;
        var lane = Lane.Match(key);
        var figure = Figure.Match(value);
        var unit = figure.Groups[2].Success ? figure.Groups[2].Value : lane.Groups[2].Success ? lane.Groups[2].Value : "mW";
        var number = figure.Success && double.TryParse(figure.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
            ? parsed : (double?)null;
        return new OpticalPower(lane.Groups[1].Value, number is { } light ? InMilliwatts(light, unit) : null, $"{key}: {value}");
    }

    /// <summary>The header of a table that gives light in columns; null when there is none. Such a table is not read.</summary>
    public static string? Table(HccnText text) =>
        text.Rows.Select(r => r.Keys.FirstOrDefault(IsOne)).FirstOrDefault(k => k is not null)
        ?? text.Unread.FirstOrDefault(l => l.Contains("power", StringComparison.OrdinalIgnoreCase)
            && (l.Contains("dBm", StringComparison.OrdinalIgnoreCase) || l.Contains("mW", StringComparison.OrdinalIgnoreCase)));

    private static double? InMilliwatts(double light, string unit) => unit.ToUpperInvariant() switch
    {
        "MW" => light,
        "UW" => light / 1000,
        "DBM" => Math.Pow(10, light / 10),
        _ => null,
    };
}
