using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters;

namespace Agent.Configuration.Yaml;

/// <summary>Durations and sizes as people write them: 1h30m, 64MiB.</summary>
internal static class Quantity
{
    private static readonly Regex DurationText = RarePattern.Of(@"^(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+(?:\.[0-9]+)?)s)?(?:([0-9]+)ms)?$");
    private static readonly Regex SizeText = RarePattern.Of(@"^([0-9]+)\s*(KiB|MiB|GiB|TiB|)$");

    /// <returns>Null: the text is no duration, or longer than any.</returns>
    public static TimeSpan? Duration(string text)
    {
        if (DurationText.Match(text) is not { Success: true } match || text.Length == 0)
            return null;
        try
        {
            return TimeSpan.FromDays(Part(1)) + TimeSpan.FromHours(Part(2)) + TimeSpan.FromMinutes(Part(3)) + TimeSpan.FromSeconds(Part(4))
                + TimeSpan.FromMilliseconds(Part(5));
        }
        catch (OverflowException)
        {
            return null;
        }

        double Part(int group) => match.Groups[group].Success ? double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    /// <returns>Null: the text is no size, or larger than any disk.</returns>
    public static long? Bytes(string text)
    {
        if (SizeText.Match(text) is not { Success: true } match || !long.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var count)
            || count > 1L << 40)
            return null;
        return match.Groups[2].Value switch
        {
            "KiB" => count << 10,
            "MiB" => count << 20,
            "GiB" => count << 30,
            "TiB" when count < 1024 => count << 40,
            "" => count,
            _ => null
        };
    }

    public static string Plain(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
