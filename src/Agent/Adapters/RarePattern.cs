using System.Text.RegularExpressions;

namespace Agent.Adapters;

/// <summary>
/// Patterns that are asked seldom, or only for the few lines that hold their words. They are interpreted: the code that the generator writes for a
/// pattern is some kilobytes of the program. Such code pays only for a pattern that every line of a log goes through.
/// </summary>
internal static class RarePattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static Regex Of(string pattern, bool ignoreCase = false) => Of(pattern, ignoreCase, Limit);

    /// <summary>
    /// A pattern without a limit of time, for what tools of the vendor print: its work grows with the line alone. By a limit a busy host, on
    /// which the agent does not get its turn in the middle of a line, would lose a look.
    /// </summary>
    public static Regex OfLine(string pattern, bool ignoreCase = false) => Of(pattern, ignoreCase, Timeout.InfiniteTimeSpan);

    private static Regex Of(string pattern, bool ignoreCase, TimeSpan limit) =>
        new(pattern, RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), limit);
}
