using System.Text.RegularExpressions;

namespace Agent.Adapters.Processes;

/// <summary>
/// The lines that a tool printed, without additions from the field: colours of a terminal, carriage returns, and the quote marks and hard blanks of a
/// text that was copied out of a report.
/// </summary>
internal static partial class PrintedLines
{
    /// <summary>The longest line of a tool has some hundred characters. This limit bounds the work of a search.</summary>
    private const int Longest = 2000;

    public static IEnumerable<string> Of(string text)
    {
        foreach (var printed in text.Split('\n'))
        {
            var raw = printed.Length > Longest ? printed[..Longest] : printed;
            var line = raw.Contains('\u001B', StringComparison.Ordinal) ? Control().Replace(raw, "") : raw;
            yield return line.Replace('\u00A0', ' ').TrimStart('>', ' ', '\t', '\uFEFF').TrimEnd();
        }
    }

    /// <summary>The words of tools for "no value".</summary>
    public static bool SaysNothing(string value) => value is "NA" or "N/A" or "-" or "--";

    [GeneratedRegex("\u001B\\[[0-9;?]{0,20}[A-Za-z]", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Control();
}
