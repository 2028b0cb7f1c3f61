using System.Text;

namespace Agent.Tests.Fuzz;

/// <summary>Makes one input of what is sound: cut, doubled, mixed with another one, and with what readers have stumbled over.</summary>
internal sealed class Damage(Random dice)
{
    private const int Longest = 64 * 1024;

    private static readonly string[] Stones =
    [
        "", "\0", "\n", "\r", "\r\n\r\n", "\t", " ", "\u001b[2J", "\u001b]0;x\a", "\u202e", "\u2028", "\ufeff", "\ud800", "\udc00", "\u0130", "\ufffd", "🔥",
        "0", "-1", "00", "+Inf", "-Inf", "NaN", "1e308", "-1e308", "1e999", "1e-999", "0x", "0xFFFFFFFFFFFFFFFF", "2147483648", "-2147483648", "4294967296",
            "9223372036854775808", "99999999999999999999999", "1.7976931348623157E+308",
        "\"", "'", "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", "(", ")", "<", ">", "|", "=", ":", ",", ";", "%", "&", "*", "#", "- ", "? ", "!!",
            "<<: *a", "&a [*a]", "null", "true", "{}", "[]", "[[]]", "{\"a\":{\"a\":1},\"a\":2}",
        "%s%n", "%00", "../../etc/passwd", "$(id)", "`id`", "\"}", "'}", "\\\"", "Error: ", "Exception: ", "==", "====", "+====+", "|||", "٣", "１",
    ];

    private static readonly char[] Digits = [.. "0123456789"];

    public string Done(IReadOnlyList<string> corpus)
    {
        var text = Piece(corpus[dice.Next(corpus.Count)]);
        for (var times = dice.Next(7); times > 0; times--)
            text = Once(text, corpus);
        return text.Length > Longest ? text[..Longest] : text;
    }

    /// <summary>A capture may be long, and what matters in it is a few lines.</summary>
    private string Piece(string text)
    {
        const int Enough = 8 * 1024;
        if (text.Length <= Enough || dice.Next(20) == 0)
            return text;
        var begin = text.LastIndexOf('\n', dice.Next(text.Length - Enough)) + 1;
        return text.Substring(begin, Enough);
    }

    private string Once(string text, IReadOnlyList<string> corpus)
    {
        var (from, to) = Part(text);
        var part = text[from..to];
        return dice.Next(12) switch
        {
            0 => text[..from],
            1 => text[from..],
            2 => text[..from] + text[to..],
            3 => text[..to] + part + text[to..],
            4 => text[..from] + Piece(corpus[dice.Next(corpus.Count)]) + text[to..],
            5 => text[..from] + Many(part.Length is > 0 and < 20 ? part : Stone()) + text[to..],
            6 => text[..from] + Deep() + text[to..],
            7 => text[..from] + (char)dice.Next(0x10000) + text[Math.Min(text.Length, from + 1)..],
            8 => text[..from] + new string([.. part.Reverse()]) + text[to..],
            9 => SwapLines(text),
            10 => Numbers(text),
            _ => text[..from] + Stone() + text[(dice.Next(2) == 0 ? from : to)..],
        };
    }

    /// <summary>Mostly a short one: most mistakes hide in what is nearly right.</summary>
    private (int From, int To) Part(string text)
    {
        var from = dice.Next(text.Length + 1);
        return (from, Math.Min(text.Length, from + dice.Next(dice.Next(4) == 0 ? text.Length + 1 : 24)));
    }

    private string Stone() => Stones[dice.Next(Stones.Length)];

    private string Many(string what) =>
        new StringBuilder().Insert(0, what, dice.Next(4) == 0 ? Math.Min(20_000, Longest / Math.Max(1, what.Length)) : dice.Next(300)).ToString();

    private string Deep()
    {
        var (open, close) = dice.Next(4) switch { 0 => ("[", "]"), 1 => ("{\"a\":", "}"), 2 => ("(", ")"), _ => ("- ", "") };
        var depth = dice.Next(4) == 0 ? 15_000 : dice.Next(80);
        return Repeated(open, depth) + Repeated(close, dice.Next(3) == 0 ? dice.Next(depth + 1) : depth);

        static string Repeated(string what, int times) => new StringBuilder().Insert(0, what, times).ToString();
    }

    private string SwapLines(string text)
    {
        var lines = text.Split('\n');
        var (one, other) = (dice.Next(lines.Length), dice.Next(lines.Length));
        (lines[one], lines[other]) = (lines[other], lines[one]);
        return string.Join('\n', lines);
    }

    /// <summary>One number becomes another one.</summary>
    private string Numbers(string text)
    {
        var begin = text.IndexOfAny(Digits, dice.Next(text.Length + 1));
        if (begin < 0)
            return text;
        var end = begin;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        return text[..begin] + Stone() + text[end..];
    }
}
