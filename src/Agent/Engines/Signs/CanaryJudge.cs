namespace Agent.Engines.Signs;

/// <summary>
/// Judges the text of a canary completion. The answer to a plain question at temperature 0 is made of words. Symbols, one token
/// repeated, or no text at all mean broken weights or a broken chip (seen with mismatched quantization: <c>)),)_)))....</c>).
/// </summary>
internal static class CanaryJudge
{
    /// <returns>Null when the answer is right, otherwise what is wrong with it.</returns>
    public static string? Complaint(string answer, string? expected)
    {
        if (expected is not null)
            return answer.Contains(expected, StringComparison.OrdinalIgnoreCase) ? null : $"expected \"{expected}\", got \"{Shorten(answer)}\"";
        if (string.IsNullOrWhiteSpace(answer))
            return "the answer is empty";

        var visible = answer.Where(c => !char.IsWhiteSpace(c)).ToList();
        var letters = visible.Count(char.IsLetterOrDigit);
        if (letters * 2 < visible.Count)
            return $"mostly symbols: \"{Shorten(answer)}\"";

        var words = answer.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 4 && words.Distinct(StringComparer.Ordinal).Count() == 1
            ? $"one word repeated: \"{Shorten(answer)}\""
            : null;
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "...";
}
