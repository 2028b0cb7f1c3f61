using System.Globalization;

namespace Agent.Domain;

/// <summary>A number with its noun: <c>1 line</c>, <c>2 lines</c>. Chinese nouns have one form and need none of this.</summary>
public static class Counted
{
    /// <param name="count">The number.</param>
    /// <param name="one">The noun for one.</param>
    /// <param name="many">The noun for any other number; null: the same with an s.</param>
    public static string Text(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");
}
