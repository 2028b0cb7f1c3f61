using System.Net;
using System.Text;
using Agent.Notifications.Texts;

namespace Agent.Notifications.Mail;

/// <summary>A message as HTML for programs that read mail: styles stand at the elements, as many of these drop all others.</summary>
internal static class LetterHtml
{
    public static string Of(string title, Tone tone, IEnumerable<string> lines, IEnumerable<(string Label, string Address)> links, string language)
    {
        var html = new StringBuilder()
            .Append($"<!DOCTYPE html>\n<html lang=\"{language}\"><head><meta charset=\"utf-8\"></head>\n")
            .Append("<body style=\"margin:0;padding:16px;font:15px/1.5 sans-serif;color:#1f2328;background:#ffffff\">\n")
            .Append($"<p style=\"margin:0 0 12px;padding:8px 12px;border-left:4px solid {Colour(tone)};font-weight:bold\">{Encoded(title)}</p>\n");
        foreach (var line in lines)
            html.Append($"<p style=\"margin:0 0 8px\">{Encoded(line)}</p>\n");
        foreach (var (label, address) in links)
            html.Append($"<p style=\"margin:0 0 8px\"><a href=\"{Encoded(address)}\" style=\"color:#1a5fb4\">{Encoded(label)}</a></p>\n");
        return html.Append("</body></html>\n").ToString();
    }

    private static string Colour(Tone tone) => tone switch
    {
        Tone.Critical => "#b3261e",
        Tone.Warning => "#b26a00",
        Tone.Good => "#1b7f3b",
        _ => "#1a5fb4",
    };

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
