using System.Text;
using Agent.ForeignText;

namespace Agent.Reports.Health;

/// <summary>A page in Markdown that every reader of it knows: headings, lists, tables, code.</summary>
internal static class PageMarkdown
{
    public static string Write(Page page)
    {
        var text = new StringBuilder();
        text.Append("# ").Append(Escape(page.Title)).Append("\n\n").Append(Escape(page.Subtitle)).Append("\n\n**").Append(Escape(page.Verdict)).Append("**\n");
        foreach (var block in page.Blocks)
            Add(text.Append('\n'), block);
        return text.Append("\n---\n\n").Append(Escape(page.Foot)).Append('\n').ToString();
    }

    private static void Add(StringBuilder text, Block block)
    {
        switch (block)
        {
            case Heading heading:
                text.Append("## ").Append(Escape(heading.Text)).Append('\n');
                break;
            case Paragraph paragraph:
                text.Append(Escape(paragraph.Text)).Append('\n');
                break;
            case Bullets bullets:
                foreach (var line in bullets.Lines)
                    text.Append("- ").Append(Escape(line)).Append('\n');
                break;
            case Figures figures:
                foreach (var (label, value) in figures.Values)
                    text.Append("- ").Append(Escape(label)).Append(label.Any(c => c >= 0x2E80) ? "：" : ": ").Append(Escape(value)).Append('\n');
                break;
            case Grid grid:
                Row(text, grid.Header);
                Row(text, [.. grid.Header.Select((_, i) => i < grid.Words ? "---" : "---:")]);
                foreach (var row in grid.Rows)
                    Row(text, [.. row.Select(Escape)]);
                break;
            case Copied copied:
                // An indented block ends at no word of others, as a fence would.
                foreach (var line in copied.Lines)
                    text.Append("    ").Append(Printable.Of(line)).Append('\n');
                break;
            default:
                text.Length--;
                break;
        }
    }

    private static void Row(StringBuilder text, IReadOnlyList<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");

    private static string Escape(string text) => MarkdownText.Escape(Printable.Of(text));
}
