using System.Text;

namespace Agent.Screens;

/// <summary>
/// Text in lines that are no wider than a terminal. A line breaks at a blank, or between two characters if one of them is wide: Chinese has no
/// blanks. A word that is wider than a line is cut. Only the blanks at a break are lost.
/// </summary>
internal static class Folding
{
    /// <summary>These characters close the text before them: no line begins with one.</summary>
    private const string Closing = "，。、；：？！）】》」』”’,.;:?!)]}%";

    /// <summary>These characters open the text behind them: no line ends with one.</summary>
    private const string Opening = "（【《「『“‘([{";

    /// <summary>
    /// A text of several lines. The continuation of a line stands below its last column, for example behind ` state: ` or ` 10:00:00 `.
    /// </summary>
    public static string Lines(string text, int? width)
    {
        if (width is not { } columns)
            return text;
        return string.Join('\n', text.Split('\n').SelectMany(line => Line(line, columns, Hang(line, columns))));
    }

    /// <summary>One line.</summary>
    /// <param name="line">The text of the line.</param>
    /// <param name="width">Columns that each line may take.</param>
    /// <param name="hang">Blanks before each line but the first.</param>
    public static IReadOnlyList<string> Line(string line, int width, int hang = 0)
    {
        if (DisplayWidth.Of(line) <= width)
            return [line];
        List<string> lines = [];
        var indent = new string(' ', hang);
        for (var from = 0; from < line.Length;)
        {
            var room = lines.Count == 0 ? width : width - hang;
            var end = End(line, from, room);
            lines.Add((lines.Count == 0 ? "" : indent) + line[from..end].TrimEnd(' '));
            from = end;
            while (from < line.Length && line[from] == ' ')
                from++;
        }

        return lines;
    }

    /// <summary>The width of the widest part of a text that cannot be broken.</summary>
    public static int WidestWord(string text)
    {
        var widest = 0;
        for (var from = 0; from < text.Length;)
        {
            var end = End(text, from, 1);
            widest = Math.Max(widest, DisplayWidth.Of(text.AsSpan(from, end - from).TrimEnd(' ')));
            from = end;
        }

        return widest;

        static int End(string text, int from, int least)
        {
            var at = from;
            var before = default(Rune);
            while (at < text.Length)
            {
                Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
                if (at - from >= least && BreaksBetween(before, rune))
                    break;
                at += length;
                before = rune;
            }

            return at;
        }
    }

    /// <returns>The end of the line that begins at this place: behind its last break that fits, or at the end of the room.</returns>
    private static int End(string text, int from, int room)
    {
        var (at, used, end) = (from, 0, from);
        var before = default(Rune);
        while (at < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var length);
            if (at > from && BreaksBetween(before, rune))
                end = at;
            used += DisplayWidth.Of(rune);
            // Blanks at the end of a line are left out, so they need no room.
            if (used > room && rune.Value != ' ')
                return end > from ? end : Math.Max(at, from + length);
            at += length;
            before = rune;
        }

        return text.Length;
    }

    private static bool BreaksBetween(Rune before, Rune after)
    {
        if (before.Value == ' ')
            return after.Value != ' ';
        if (after.Value == ' ' || DisplayWidth.Of(after) == 0)
            return false;
        return (DisplayWidth.Of(before) == 2 || DisplayWidth.Of(after) == 2) && !Has(Closing, after) && !Has(Opening, before);
    }

    private static bool Has(string characters, Rune rune) => rune.IsBmp && characters.Contains((char)rune.Value, StringComparison.Ordinal);

    /// <summary>
    /// The columns before the last text that stands behind two blanks, if they leave more than half of the width. Otherwise two more than the line's
    /// own blanks.
    /// </summary>
    private static int Hang(string line, int width)
    {
        var own = line.Length - line.TrimStart(' ').Length;
        var hang = own + 2;
        for (var at = own; at + 2 < line.Length; at++)
        {
            if (line[at] != ' ' || line[at + 1] != ' ' || line[at + 2] == ' ')
                continue;
            var column = DisplayWidth.Of(line.AsSpan(0, at + 2));
            if (column > width * 45 / 100)
                break;
            hang = column;
        }

        return hang < width / 2 ? hang : 0;
    }
}
