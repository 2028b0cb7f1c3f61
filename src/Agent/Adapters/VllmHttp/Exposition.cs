using System.Globalization;

namespace Agent.Adapters.VllmHttp;

/// <summary>One line of a metrics page.</summary>
internal sealed record ExpositionSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>
/// The samples of some families of a metrics page, with their labels in any order. A sample without a finite number is left out, and the number of
/// samples is limited: any program that has the port may have written the page.
/// </summary>
internal static class Exposition
{
    /// <summary>An engine of 16 ranks has two thousand samples.</summary>
    private const int Most = 50_000;

    public static IReadOnlyList<ExpositionSample> Samples(string text, params ReadOnlySpan<string> families)
    {
        List<ExpositionSample> samples = [];
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            if (samples.Count == Most)
                break;
            if (StartsWithAny(line, families) && Sample(line) is { } sample)
                samples.Add(sample);
        }

        return samples;
    }

    private static bool StartsWithAny(ReadOnlySpan<char> line, ReadOnlySpan<string> families)
    {
        foreach (var family in families)
        {
            if (line.StartsWith(family, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static ExpositionSample? Sample(ReadOnlySpan<char> line)
    {
        var nameEnd = line.IndexOfAny('{', ' ');
        if (nameEnd < 0)
            return null;
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        var rest = line[nameEnd..];
        if (rest[0] == '{')
        {
            rest = rest[1..];
            while (rest is [not '}', ..])
            {
                var equals = rest.IndexOf("=\"", StringComparison.Ordinal);
                var end = equals < 0 ? -1 : EndOfValue(rest[(equals + 2)..]);
                if (end < 0)
                    return null;
                labels[rest[..equals].Trim(", ").ToString()] = rest.Slice(equals + 2, end).ToString();
                rest = rest[(equals + end + 3)..].TrimStart(", ");
            }

            rest = rest.IsEmpty ? rest : rest[1..];
        }

        // A time stamp may follow the value.
        rest = rest.Trim();
        var space = rest.IndexOf(' ');
        return double.TryParse(space < 0 ? rest : rest[..space], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? new ExpositionSample(line[..nameEnd].ToString(), labels, value)
            : null;
    }

    private static int EndOfValue(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i;
        }

        return -1;
    }
}
