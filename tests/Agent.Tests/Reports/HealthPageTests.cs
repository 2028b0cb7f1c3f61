using System.Text.Json;
using System.Text.RegularExpressions;
using Agent.Domain;
using Agent.Reports;
using Agent.Reports.Health;

namespace Agent.Tests.Reports;

/// <summary>The health report in each format and language, accepted by reading it, and in a browser by looking at it.</summary>
public sealed partial class HealthPageTests
{
    private static readonly Dictionary<string, Func<HealthInput>> Days = new(StringComparer.Ordinal)
    {
        ["quiet"] = SomeHealth.Quiet,
        ["bad"] = SomeHealth.Bad,
        ["unknown"] = SomeHealth.Unknown,
    };

    public static TheoryData<string, string, string> Reports() => new(
        from day in Days.Keys
        from format in (string[])["text", "markdown", "html"]
        from language in (string[])["en", "zh"]
        select (day, format, language));

    [Theory]
    [MemberData(nameof(Reports))]
    public void A_report_for_people_is_as_it_was_accepted(string day, string format, string language) =>
        HealthReport.Write(HealthDocument.Of(Days[day]()), Words.Parse<ReportFormat>(format)!.Value, InLanguage(language))
            .ShouldMatchApproved(c => c.WithDiscriminator($"{day}.{language}")
                .WithFileExtension(format switch { "text" => ".txt", "markdown" => ".md", _ => ".html" }));

    [Theory]
    [InlineData("quiet")]
    [InlineData("bad")]
    [InlineData("unknown")]
    public void A_report_for_scripts_is_as_it_was_accepted(string day)
    {
        // The points of charts are held by the page.
        var document = HealthDocument.Of(Days[day]());
        var brief = document with { Charts = [.. document.Charts.Select(c => c with { Points = [.. c.Points.Take(1)] })] };
        HealthReport.Write(brief, ReportFormat.Json, Language.English)
            .ShouldMatchApproved(c => c.WithDiscriminator(day).WithFileExtension(".json"));
    }

    [Theory]
    [InlineData("quiet")]
    [InlineData("bad")]
    [InlineData("unknown")]
    public void A_kept_report_is_told_again_word_for_word(string day)
    {
        var document = HealthDocument.Of(Days[day]());
        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(document, DocumentJson.Compact.HealthDocument), DocumentJson.Compact.HealthDocument)!;
        foreach (var language in Enum.GetValues<Language>())
        {
            foreach (var format in Enum.GetValues<ReportFormat>())
                HealthReport.Write(read, format, language).ShouldBe(HealthReport.Write(document, format, language));
        }
    }

    [Theory]
    [InlineData("quiet")]
    [InlineData("bad")]
    [InlineData("unknown")]
    public void Every_text_is_there_in_both_languages(string day)
    {
        var document = HealthDocument.Of(Days[day]());
        var (english, chinese) = (Texts(HealthPage.Of(document, Language.English)), Texts(HealthPage.Of(document, Language.Chinese)));
        chinese.Count.ShouldBe(english.Count);
        english.ShouldAllBe(t => !Chinese().IsMatch(t));
        // What has words of its own has them in Chinese. Names, figures and commands are the same in both.
        foreach (var (left, right) in english.Zip(chinese))
            (left != right || !Sentence().IsMatch(left)).ShouldBeTrue(left);
    }

    [Fact]
    public void Words_of_others_are_no_markup_of_a_report()
    {
        var document = HealthDocument.Of(SomeHealth.Bad());
        foreach (var language in Enum.GetValues<Language>())
        {
            var html = HealthReport.Write(document, ReportFormat.Html, language);
            html.ShouldContain("&lt;script&gt;");
            Elements().Matches(html).Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal).ShouldBe(
                ["body", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "h1", "h2", "head", "header", "html", "li", "main", "meta", "p", "path",
                    "pre", "section", "style", "svg", "table", "tbody", "td", "text", "th", "thead", "title", "tr", "ul"]);
            var markdown = HealthReport.Write(document, ReportFormat.Markdown, language);
            markdown.Split('\n').Where(l => !l.StartsWith("    ", StringComparison.Ordinal)).ShouldAllBe(l => !l.Contains("<at", StringComparison.Ordinal)
                || l.Contains("\\<at", StringComparison.Ordinal));
            markdown.ShouldContain("\\[click\\](http");
        }
    }

    [Fact]
    public void A_page_asks_for_nothing_outside_of_itself()
    {
        var html = HealthReport.Write(HealthDocument.Of(SomeHealth.Bad()), ReportFormat.Html, Language.English);
        ((string[])["src=", "href=", "url(", "@import", "<script", "<link", "<img", "<iframe"])
            .ShouldAllBe(word => !html.Contains(word, StringComparison.OrdinalIgnoreCase));
        html.Length.ShouldBeLessThan(100_000);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(100)]
    public void Tables_keep_to_the_width_of_a_terminal(int width)
    {
        foreach (var language in Enum.GetValues<Language>())
        {
            var page = HealthPage.Of(HealthDocument.Of(SomeHealth.Bad()), language);
            var tables = page with { Blocks = [.. page.Blocks.OfType<Grid>()], Title = "", Subtitle = "", Verdict = "", Foot = "" };
            foreach (var line in PageText.Write(tables, width).Split('\n'))
                Agent.Screens.DisplayWidth.Of(line).ShouldBeLessThanOrEqualTo(width, line);
        }
    }

    private static IReadOnlyList<string> Texts(Page page) =>
    [
        page.Title, page.Subtitle, page.Verdict, page.Foot,
        .. page.Blocks.SelectMany(b => b switch
        {
            Heading heading => [heading.Text],
            Paragraph paragraph => [paragraph.Text],
            Bullets bullets => bullets.Lines,
            Figures figures => figures.Values.Select(v => v.Label),
            Grid grid => grid.Header.Concat(grid.Rows.Select(r => r[0])),
            Charts charts => charts.All.Select(c => c.Title),
            Copied copied => copied.Lines,
            _ => throw new InvalidOperationException($"{b.GetType().Name} has no texts here"),
        }),
    ];

    private static Language InLanguage(string language) => language == "zh" ? Language.Chinese : Language.English;

    [GeneratedRegex("[\u3400-\u9fff]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Chinese();

    [GeneratedRegex("[a-z]{2} [a-z]{2}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Sentence();

    [GeneratedRegex("<([a-z][a-z0-9]*)[ >]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Elements();
}
