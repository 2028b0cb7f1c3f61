namespace Agent.Reports;

/// <summary>The logs of a model may hold text from prompts. No markup of such text goes into a report.</summary>
internal static class MarkdownText
{
    public static string Escape(string text) =>
        string.Concat(text.Select(c => c is '\\' or '&' or '|' or '<' or '>' or '[' or ']' or '*' or '`' or '_' ? "\\" + c : c is '\n' or '\r' ? " " : c.ToString()));
}
