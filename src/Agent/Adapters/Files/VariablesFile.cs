namespace Agent.Adapters.Files;

/// <summary>
/// A file of variables as systemd reads it for EnvironmentFile=: one NAME=VALUE a line, quotes around the value, # and ; begin a remark.
/// </summary>
internal static class VariablesFile
{
    private const char Quote = '"';
    private const char Apostrophe = '\'';

    /// <returns>Nothing when the file is not there or may not be read.</returns>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        Dictionary<string, string> variables = new(StringComparer.Ordinal);
        foreach (var line in Lines(path).Select(l => l.Trim()))
        {
            if (line is not ['#' or ';', ..] && line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
                variables[line[..at].TrimEnd()] = Plain(line[(at + 1)..].TrimStart());
        }

        return variables;
    }

    private static string Plain(string value) =>
        value is [Quote, .., Quote] or [Apostrophe, .., Apostrophe] ? value[1..^1] : value;

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
