using System.Text;
using Agent.Adapters.Files;
using Agent.Engines.Logs;
using Agent.Engines.Runs;

namespace Agent.Engines.Drift;

/// <summary>
/// The options that an engine was started with, from the first line of its log. It is <c>non-default args: {...}</c>, a Python
/// dictionary of the options that differ from vLLM's defaults, or <c>args: Namespace(...)</c> of older versions, with all options.
/// </summary>
/// <param name="Values">The values, by option without leading dashes and with underscores between the words.</param>
/// <param name="IsWhole">Defaults are among them.</param>
internal sealed record EngineArguments(IReadOnlyDictionary<string, string> Values, bool IsWhole)
{
    private const string NonDefault = "non-default args: {";
    private const string Namespace = "args: Namespace(";

    /// <summary>The line is looked for in this many bytes from the start of the log.</summary>
    private const int HeadBytes = 512 * 1024;

    /// <summary>Deeper nesting of lists is read as plain text. vLLM has none, and whatever runs in the engine can write into the log.</summary>
    private const int Deepest = 20;

    public static EngineArguments? InLog(EngineRun run)
    {
        try
        {
            if (!File.Exists(run.LogFile) || PlainFolder.Find(Path.GetDirectoryName(run.LogFile)!) is not { } folder)
                return null;
            using var text = EngineLogText.Open(folder, run.LogFile);
            text.SkipTo(run.LogBegin);
            var head = new byte[(int)Math.Min(HeadBytes, text.Length - text.Position)];
            var read = text.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(head, 0, read).Split('\n').Select(Parse).FirstOrDefault(a => a is not null);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static EngineArguments? Parse(string line)
    {
        foreach (var (start, whole) in ((string, bool)[])[(NonDefault, false), (Namespace, true)])
        {
            if (line.IndexOf(start, StringComparison.Ordinal) is >= 0 and var at)
                return new EngineArguments(Pairs(line.AsSpan(at + start.Length)), whole);
        }

        return null;
    }

    private static Dictionary<string, string> Pairs(ReadOnlySpan<char> text)
    {
        Dictionary<string, string> pairs = new(StringComparer.Ordinal);
        while (true)
        {
            text = text.TrimStart(", ");
            var separator = text.IndexOfAny(":=");
            if (text.IsEmpty || text[0] is '}' or ')' || separator < 0)
                return pairs;
            var key = text[..separator].Trim("' \"").ToString();
            text = text[(separator + 1)..].TrimStart();
            var end = EndOf(text);
            pairs[key] = Plain(text[..end], 0);
            text = text[end..];
        }
    }

    /// <summary>The end of a Python literal: a comma, or a closing bracket that is not its own.</summary>
    private static int EndOf(ReadOnlySpan<char> text)
    {
        var (depth, quote) = (0, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0')
            {
                if (c == '\\')
                    i++;
                else if (c == quote)
                    quote = '\0';
            }
            else if (c is '\'' or '"')
            {
                quote = c;
            }
            else if (c is '[' or '{' or '(')
            {
                depth++;
            }
            else if (c is ']' or '}' or ')' && depth-- == 0)
            {
                return i;
            }
            else if (c == ',' && depth == 0)
            {
                return i;
            }
        }

        return text.Length;
    }

    /// <summary>The literal without quotes, and a list as its members.</summary>
    private static string Plain(ReadOnlySpan<char> literal, int depth)
    {
        literal = literal.Trim();
        if (depth < Deepest && literal is ['[', .., ']'])
        {
            List<string> members = [];
            for (var rest = literal[1..^1].Trim(); !rest.IsEmpty; rest = rest.TrimStart(", "))
            {
                var end = EndOf(rest);
                members.Add(Plain(rest[..end], depth + 1));
                // A bracket that closes nothing is skipped.
                rest = rest[Math.Max(end, 1)..];
            }

            return string.Join(',', members);
        }

        return literal is ['\'', .., '\''] or ['"', .., '"'] ? Unescaped(literal[1..^1]) : literal.ToString();
    }

    private static string Unescaped(ReadOnlySpan<char> text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
                i++;
            plain.Append(text[i]);
        }

        return plain.ToString();
    }
}
