namespace Agent.Configuration.Yaml;

/// <summary>The known words that a person most likely meant.</summary>
internal static class Nearest
{
    private const int ShortestPart = 4;
    private const int MostOffered = 3;

    /// <returns>At a typing mistake's distance the nearest one; else those that hold the word; none where nothing is like it.</returns>
    public static IReadOnlyList<string> To(string word, IEnumerable<string> known)
    {
        var all = known.Distinct(StringComparer.Ordinal).ToList();
        // A short word is near to every other short one.
        var most = Math.Clamp(word.Length / 3, 1, 3);
        var nearest = all.Where(k => EditDistance.Between(k, word) <= most).MinBy(k => EditDistance.Between(k, word));
        if (nearest is not null)
            return [nearest];
        return word.Length < ShortestPart ? [] : [.. all.Where(k => k.Contains(word, StringComparison.OrdinalIgnoreCase)).Take(MostOffered)];
    }

    /// <returns>The question behind a complaint, then where to look, with what parts them.</returns>
    public static string Advice(string word, IEnumerable<string> known, string elsewhere) =>
        Question(word, known) is { Length: > 0 } question ? $"{question} {elsewhere}" : $"; {elsewhere}";

    /// <returns>The question behind a complaint, with what parts them; empty where nothing is like it.</returns>
    public static string Question(string word, IEnumerable<string> known) =>
        To(word, known) is { Count: > 0 } near ? $"; did you mean {string.Join(" or ", near.Select(n => $"'{n}'"))}?" : "";
}
