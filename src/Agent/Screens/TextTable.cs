using System.Text;

namespace Agent.Screens;

/// <summary>
/// The one layout of tables. Columns are as wide as their widest cell, the last one is not padded. Where a terminal is too
/// narrow for that, wide columns break their cells into lines; where columns would become too narrow to be read, each row
/// becomes lines below each other. No line is wider than the terminal and no cell is shortened.
/// </summary>
internal static class TextTable
{
    private const int Gap = 2;
    private const int Indent = 4;

    /// <summary>Narrower, a sentence cannot be read down a column.</summary>
    private const int NarrowestText = 24;

    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">As many cells each.</param>
    /// <param name="width">Of the terminal; null: as wide as it gets.</param>
    public static string Write(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, int? width)
    {
        List<IReadOnlyList<string>> all = [header, .. rows];
        var natural = Enumerable.Range(0, header.Count).Select(i => all.Max(r => DisplayWidth.Of(r[i]))).ToArray();
        var text = new StringBuilder();
        if (width is not { } columns || Total(natural) <= columns)
            Flat(text, all, natural);
        else if (Narrowed(all, natural, columns) is { } widths)
            Flat(text, all, widths);
        else
            Stacked(text, all, natural, columns);
        return text.ToString();
    }

    private static int Total(IReadOnlyList<int> widths) => widths.Sum() + (Gap * (widths.Count - 1));

    /// <summary>The widest columns give first, down to their longest word.</summary>
    /// <returns>Null: they cannot give enough.</returns>
    private static int[]? Narrowed(List<IReadOnlyList<string>> all, int[] natural, int width)
    {
        // A long word of the last column is cut: it has the room of the whole rest of the line.
        var words = natural.Select((_, i) => i == natural.Length - 1 ? 0 : all.Max(r => Folding.WidestWord(r[i]))).ToArray();
        var least = natural.Select((n, i) => Math.Min(n, Math.Max(NarrowestText, words[i]))).ToArray();
        for (var cap = natural.Max() - 1; cap >= NarrowestText; cap--)
        {
            var widths = natural.Select((n, i) => Math.Max(least[i], Math.Min(n, cap))).ToArray();
            if (Total(widths) <= width)
                return widths;
        }

        return null;
    }

    private static void Flat(StringBuilder text, IEnumerable<IReadOnlyList<string>> all, int[] widths)
    {
        foreach (var row in all)
        {
            var cells = row.Select((cell, i) => Folding.Line(cell, widths[i])).ToList();
            for (var line = 0; line < cells.Max(c => c.Count); line++)
            {
                var written = new StringBuilder();
                for (var i = 0; i < cells.Count; i++)
                {
                    var part = line < cells[i].Count ? cells[i][line] : "";
                    written.Append(i == cells.Count - 1 ? part : DisplayWidth.Padded(part, widths[i] + Gap));
                }

                text.Append(written.ToString().TrimEnd(' ')).AppendLine();
            }
        }
    }

    /// <summary>The first columns, as many as fit, stay columns; the others stand below, with their names where they are several.</summary>
    private static void Stacked(StringBuilder text, List<IReadOnlyList<string>> all, int[] natural, int width)
    {
        var kept = Enumerable.Range(1, natural.Length - 1).LastOrDefault(n => Total([.. natural.Take(n)]) <= width, 1);
        int[] widths = [.. natural.Take(kept).Select(n => Math.Min(n, width))];
        var names = all[0].Skip(kept).ToList();
        var named = names.Select(n => DisplayWidth.Of(n)).DefaultIfEmpty().Max() + Gap;
        var beside = named <= width / 2;
        foreach (var row in all)
        {
            Flat(text, [[.. row.Take(kept)]], widths);
            if (names.Count == 1)
                Below(text, row[^1], Indent, width);
            else if (!ReferenceEquals(row, all[0]))
            {
                foreach (var (name, cell) in names.Zip(row.Skip(kept)).Where(p => p.Second.Length > 0))
                    Below(text, (beside ? DisplayWidth.Padded(name, named) : name + " ") + cell, Indent, width, beside ? named : Gap);
            }
        }
    }

    private static void Below(StringBuilder text, string cell, int indent, int width, int hang = 0)
    {
        foreach (var line in Folding.Line(cell, width - indent, hang))
            text.Append(' ', indent).Append(line).AppendLine();
    }
}
