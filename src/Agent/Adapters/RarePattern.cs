using System.Text.RegularExpressions;

namespace Agent.Adapters;

/// <summary>
/// Patterns that are asked seldom, or of the few lines only that hold their words. They are interpreted: the code that the generator
/// writes for one is some kilobytes of the program, and it is worth them where every line of a log goes through it.
/// </summary>
internal static class RarePattern
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public static Regex Of(string pattern, bool ignoreCase = false) =>
        new(pattern, RegexOptions.CultureInvariant | (ignoreCase ? RegexOptions.IgnoreCase : RegexOptions.None), Limit);
}
