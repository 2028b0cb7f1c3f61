using System.Text;
using Agent.Screens;

namespace Agent.Reports.Health;

/// <summary>A page for a terminal or a plain file. Charts are left out: the table below them says the same.</summary>
internal static class PageText
{
    private const string Indent = "  ";

    public static string Write(Page page, int? width)
    {
        var text = new StringBuilder();
        text.Append(page.Title).Append('\n').Append(page.Subtitle).Append("\n\n").Append(page.Verdict).Append('\n');
        foreach (var block in page.Blocks)
            Add(text, block, width);
        return text.Append('\n').Append(page.Foot).Append('\n').ToString();
    }

    private static void Add(StringBuilder text, Block block, int? width)
    {
        switch (block)
        {
            case Heading heading:
                text.Append('\n').Append(heading.Text).Append('\n');
                break;
            case Paragraph paragraph:
                text.Append(Indent).Append(paragraph.Text).Append('\n');
                break;
            case Bullets bullets:
                foreach (var line in bullets.Lines)
                    text.Append(Indent).Append("- ").Append(ColouredWriter.OneLine(line)).Append('\n');
                break;
            case Figures figures:
                foreach (var (label, value) in figures.Values)
                    text.Append(Indent).Append(label).Append(Colon(label)).Append(value).Append('\n');
                break;
            case Grid grid:
                var table = TextTable.Write(grid.Header, grid.Rows.Select(r => (IReadOnlyList<string>)[.. r.Select(ColouredWriter.OneLine)]),
                    width - Indent.Length);
                foreach (var line in table.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
                    text.Append(line.Length > 0 ? Indent : "").Append(line).Append('\n');
                break;
            case Copied copied:
                text.Append('\n');
                foreach (var line in copied.Lines)
                    text.Append(Indent).Append(ColouredWriter.OneLine(line)).Append('\n');
                break;
        }

        // Chinese has a colon of its own.
        static string Colon(string label) => label.Any(c => c >= 0x2E80) ? "：" : ": ";
    }
}
