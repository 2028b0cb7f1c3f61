using System.Text.Json;
using Agent.Domain;

namespace Agent.Reports.Health;

/// <summary>The health of a host over a period, in each format.</summary>
internal static class HealthReport
{
    /// <param name="document">The figures.</param>
    /// <param name="format">The format.</param>
    /// <param name="language">For people; JSON has both.</param>
    /// <param name="width">Columns of the terminal, for text; null: no limit.</param>
    public static string Write(HealthDocument document, ReportFormat format, Language language, int? width = null) => format switch
    {
        ReportFormat.Json => JsonSerializer.Serialize(document, DocumentJson.Readable.HealthDocument),
        ReportFormat.Html => PageHtml.Write(HealthPage.Of(document, language)),
        ReportFormat.Markdown => PageMarkdown.Write(HealthPage.Of(document, language)),
        _ => PageText.Write(HealthPage.Of(document, language), width),
    };
}
