using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Agent.Engines.Logs;

/// <summary>
/// The wrapping that other programs put around a line on its way into a log: colours, and the text that docker (json-file,
/// compose, -t), CRI, journald (short, iso, json) and Kubernetes write in front of it. One wrapping may lie within another.
/// </summary>
internal static partial class LogWrapping
{
    private const int Deepest = 6;
    private const string Day = "[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?";
    private const string Date = "^" + Day;

    public static string Off(string line) => Off(line, out _);

    /// <param name="line">As it stands in the log.</param>
    /// <param name="level">The level that a JSON logger gives it. Null when there is none.</param>
    public static string Off(string line, out string? level)
    {
        level = null;
        for (var i = 0; i < Deepest; i++)
        {
            var text = Outer(LastShown(Colourless(line)), ref level);
            if (text == line)
                return line;
            line = text;
        }

        return line;
    }

    /// <summary>A progress bar is written over itself, and the next output stands behind it.</summary>
    private static string LastShown(string line)
    {
        if (!line.Contains('\r', StringComparison.Ordinal))
            return line;
        var shown = line.Split('\r', StringSplitOptions.RemoveEmptyEntries);
        return Array.FindLast(shown, part => !part.Contains("%|", StringComparison.Ordinal)) ?? shown.LastOrDefault() ?? "";
    }

    private static string Colourless(string line) =>
        line.Contains('\u001b', StringComparison.Ordinal)
            || line.Contains("#033[", StringComparison.Ordinal) || line.Contains("^[[", StringComparison.Ordinal) ? Colours().Replace(line, "") : line;

    private static string Outer(string line, ref string? level)
    {
        if (line.Length == 0)
            return line;
        if (line[0] == '{')
        {
            if (JsonLine.Read(line) is not { } whole)
                return Json().Match(line) is { Success: true } json ? Unescaped(line.AsSpan(json.Length)) : line;
            level = whole.Level ?? level;
            return whole.Text;
        }

        if (char.IsAsciiDigit(line[0]))
            return After(Timestamp().Match(line), line);
        if (line[0] is '[' or '<')
            return After(Bracketed().Match(line), line);
        if (Compose().Match(line) is { Success: true } compose)
            return After(compose, line);
        return char.IsAsciiLetterUpper(line[0]) ? After(Journal().Match(line), line) : line;
    }

    private static string After(Match prefix, string line) => prefix.Success ? line[prefix.Length..] : line;

    /// <summary>A string of JSON up to its end. A cut line has no such end.</summary>
    private static string Unescaped(ReadOnlySpan<char> text)
    {
        var line = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length && text[i] != '"'; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                line.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] == 'u'
                && i + 4 < text.Length && ushort.TryParse(text.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                line.Append((char)code);
                i += 4;
                continue;
            }

            line.Append(text[i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' or 'f' => ' ', var other => other });
        }

        return line.ToString().TrimEnd('\n', '\r');
    }

    /// <summary>Escape sequences of terminals. They are also found as syslog (#033) and people (^[) write the escape character.</summary>
    [GeneratedRegex(@"(?:\u001b|#033|\^\[)\[[0-9;:?]{0,40}[ -/]?[@-~]|\u001b\][^\u0007\u001b]{0,200}(?:\u0007|\u001b\\)|\u001b[@-Z\\^_]?",
        RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Colours();

    [GeneratedRegex(@"^\{(?:\s{0,4}""(?!log""|message"")\w{1,40}"":\s{0,4}(?:""[^""\\]{0,200}""|[0-9.]{1,30}),){0,40}\s{0,4}""(?:log|message)"":\s{0,4}""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, 5000)]
    private static partial Regex Json();

    /// <summary>
    /// The beginning of a line from CRI ("stderr F"), from docker -t and kubectl, from journald -o short-iso, which names host and program,
    /// or with date and time written by hand. If a logger sets a level between bars or dashes behind it, the line is read as a whole.
    /// </summary>
    [GeneratedRegex(Date + @"(?:(?:Z|[+-][0-9]{2}:?[0-9]{2})(?: (?:stdout|stderr) [FP](?= |$)| [\w.-]{1,80} [^\s:\[]{1,80}\[[0-9]{1,10}\]:(?= |$))?)?(?:[ \t](?![|-] )|$)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Timestamp();

    /// <summary>
    /// The beginning of a line from kubectl --prefix or syslog (the priority of RFC 3164 and systemd, all of RFC 5424), or with a date in brackets.
    /// </summary>
    [GeneratedRegex(@"^(?:\[pod/[\w.-]{1,120}/[\w.-]{1,80}\] |<[0-9]{1,3}>(?:1 \S{1,40} \S{1,80} \S{1,80} \S{1,40} \S{1,40} (?:-|\[[^\]]{0,200}\]) ?)?|\[" + Day + @"(?:Z|[+-][0-9]{2}:?[0-9]{2})?\]:? )", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Bracketed();

    /// <summary>The beginning of a line from journald -o short and short-precise, and from syslog.</summary>
    [GeneratedRegex(@"^[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})? [\w.-]{1,80} [^\s:\[]{1,80}(?:\[[0-9]{1,10}\])?:(?: |$)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Journal();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9_.-]{0,80}\s{1,40}\|(?: |$)", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Compose();
}
