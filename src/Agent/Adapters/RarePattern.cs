using System.Text.RegularExpressions;

namespace Agent.Adapters;

/// <summary>
/// Patterns that are asked seldom, or only for the few lines that hold their words. They are interpreted: the code that the generator writes for a
/// pattern is some kilobytes of the program. Such code pays only for a pattern that every line of a log goes through.
/// </summary>
internal static class RarePattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static Regex Of(string pattern, bool ignoreCase = false) =>
        new(pattern, RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), Limit);
}
