using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Agent.Domain;
using Agent.ForeignText;

namespace Agent.Reports.Health;

/// <summary>
/// A page as one file without outside resources: it is read from a mail, on a phone, at night and on paper. Every text is encoded, because a log line of
/// an engine may hold what a prompt said; and the file forbids itself to load or run anything.
/// </summary>
internal static class PageHtml
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Encode(string text) => Encoder.Encode(Printable.Of(text));

    public static string Write(Page page)
    {
        var html = new StringBuilder();
        html.Append($"""
            <!DOCTYPE html>
            <html lang="{(page.Language == Language.Chinese ? "zh-CN" : "en")}">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Encode(page.Title)}</title>
            <style>
            {PageStyle.Text}
            </style>
            </head>
            <body>
            <header>
            <h1>{Encode(page.Title)}</h1>
            <p class="sub">{Encode(page.Subtitle)}</p>
            <p class="verdict {page.State}">{Encode(page.Verdict)}</p>
            </header>
            <main>

            """.ReplaceLineEndings("\n"));
        var isOpen = false;
        foreach (var block in page.Blocks)
        {
            if (block is Heading)
            {
                html.Append(isOpen ? "</section>\n" : "").Append("<section>\n");
                isOpen = true;
            }

            Add(html, block);
        }

        return html.Append(isOpen ? "</section>\n" : "").Append($"</main>\n<footer>{Encode(page.Foot)}</footer>\n</body>\n</html>\n").ToString();
    }

    private static void Add(StringBuilder html, Block block)
    {
        switch (block)
        {
            case Heading heading:
                html.Append($"<h2>{Encode(heading.Text)}</h2>\n");
                break;
            case Paragraph paragraph:
                html.Append($"<p class=\"note\">{Encode(paragraph.Text)}</p>\n");
                break;
            case Bullets bullets:
                html.Append("<ul>\n");
                foreach (var line in bullets.Lines)
                    html.Append($"<li>{Encode(line)}</li>\n");
                html.Append("</ul>\n");
                break;
            case Figures figures:
                html.Append("<dl class=\"figures\">\n");
                foreach (var (label, value) in figures.Values)
                    html.Append($"<div><dt>{Encode(label)}</dt><dd>{Encode(value)}</dd></div>\n");
                html.Append("</dl>\n");
                break;
            case Grid grid:
                Table(html, grid);
                break;
            case Charts charts:
                html.Append("<div class=\"charts\">\n");
                foreach (var chart in charts.All)
                    html.Append("<figure>").Append(SvgChart.Write(chart)).Append($"<figcaption>{Encode(chart.Title)}</figcaption></figure>\n");
                html.Append("</div>\n");
                break;
            case Copied copied:
                html.Append("<pre>").AppendJoin('\n', copied.Lines.Select(Encode)).Append("</pre>\n");
                break;
        }
    }

    private static void Table(StringBuilder html, Grid grid)
    {
        html.Append("<div class=\"wide\"><table>\n<thead><tr>");
        for (var i = 0; i < grid.Header.Count; i++)
            html.Append($"<th scope=\"col\"{Class(i)}>{Encode(grid.Header[i])}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in grid.Rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
                html.Append($"<td{Class(i)}>{Encode(row[i])}</td>");
            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");

        string Class(int column) => column < grid.Words ? "" : " class=\"n\"";
    }
}
