using System.Globalization;

namespace Agent.Adapters.VllmHttp;

/// <summary>One line of a metrics page.</summary>
internal sealed record ExpositionSample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);

/// <summary>The samples of some families of a metrics page, with their labels in whatever order they stand.</summary>
internal static class Exposition
{
    public static IEnumerable<ExpositionSample> Samples(string text, params IReadOnlyList<string> families)
    {
        foreach (var line in text.Split('\n'))
        {
            if (families.Any(f => line.StartsWith(f, StringComparison.Ordinal)) && Sample(line) is { } sample)
                yield return sample;
        }
    }

    private static ExpositionSample? Sample(string line)
    {
        var nameEnd = line.AsSpan().IndexOfAny('{', ' ');
        if (nameEnd < 0)
            return null;
        Dictionary<string, string> labels = new(StringComparer.Ordinal);
        var rest = line.AsSpan(nameEnd);
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
        return double.TryParse(space < 0 ? rest : rest[..space], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? new ExpositionSample(line[..nameEnd], labels, value)
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
