using System.Text.RegularExpressions;

namespace Agent.Engines.Logs;

/// <summary>
/// A line of an engine without everything in front of it: the wrapping of other programs, Ray's
/// and vLLM's names of processes, level, time and place. Only this text is searched and kept.
/// </summary>
/// <param name="Process">Such as <c>EngineCore_DP0 pid=483</c>. Empty if the version does not print it.</param>
/// <param name="Place">The file that logged it, such as <c>core.py:1167</c>. Empty for printed text.</param>
/// <param name="Text">The line, with its indentation.</param>
/// <param name="IsWarning">The line itself says that it is no error.</param>
internal sealed partial record EngineLine(string Process, string Place, string Text, bool IsWarning)
{
    private const int HeadLength = 400;

    public bool IsOfApiServer => Process.StartsWith("APIServer", StringComparison.OrdinalIgnoreCase);

    /// <summary>The lines of a message that was written as one, for example in JSON.</summary>
    public IEnumerable<EngineLine> Parts() =>
        Text.Contains("\\n", StringComparison.Ordinal) || Text.Contains('\n', StringComparison.Ordinal)
            ? Text.Replace("\\n", "\n", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(part => this with { Text = part })
            : [this];

    public static EngineLine Of(string raw)
    {
        var text = LogWrapping.Off(raw, out var outer);
        var process = "";
        // Ray names its own process, and vLLM names one inside Ray's text.
        while (text.TrimStart('\t', ' ') is ['(', ..] named && Owner().Match(named) is { Success: true } owner)
            (process, text) = (owner.Groups[1].Value, named[owner.Length..]);
        var (place, isNews) = ("", outer is "TRACE" or "DEBUG" or "INFO" or "NOTICE" or "SUCCESS" or "WARN" or "WARNING");
        if (Level().Match(text) is { Success: true } level)
        {
            isNews = level.Groups[1].ValueSpan is not ("ERROR" or "CRITICAL");
            (place, text) = (level.Groups[2].Value, text[level.Length..]);
        }

        return new EngineLine(process, place, text, isNews || Warning().IsMatch(text.Length > HeadLength ? text[..HeadLength] : text));
    }

    [GeneratedRegex(@"^\(([^()]{0,120}?\bpid=[0-9]{1,10}(?:, ip=[0-9a-fA-F.:]{1,50})?|raylet(?:, ip=[0-9a-fA-F.:]{1,50})?)\) ?",
        RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Owner();

    // "ERROR 11-24 10:00:00 [core.py:842] ", "INFO:     ", "ERROR ".
    [GeneratedRegex(@"^(DEBUG|INFO|WARNING|ERROR|CRITICAL)(?::\s{1,10}|\s{1,10})(?:(?:[0-9]{4}-)?[0-9]{2}-[0-9]{2}[ "
        + @"T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,6})?)? ?)?(?:\[([\w./-]{1,200}:[0-9]{1,6})\] ?)?", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Level();

    /// <summary>
    /// Warnings of Python ("file.py:13: UserWarning: "), of its logging ("WARNING:name:"), of torch ("[W610 17:20:44"), of Ray ("[2026-11-24
    /// 10:00:00,123 W 77 77]"), of
    /// programs of Go ("level=warning"), of CANN ("[WARNING]")
    /// and of loggers that set the level between bars or dashes.
    /// </summary>
    [GeneratedRegex(@"^(?:\S.{0,300}?:[0-9]{1,6}: )?(?:\w{1,40}\.){0,8}[A-Z]?\w{0,60}Warning: "
        + @"|^(?:DEBUG|INFO|WARNING):\S|^(?:\[rank[0-9]{1,5}\]:)?\[[IW][0-9]{3,4} [0-9]{2}:|^\[[0-9]{4}-[0-9-]{5} [0-9:,.]{8,15} [DIW] [0-9]{1,10} "
        + @"[0-9]{1,10}\]|^(?:\w{1,20}=\S{1,80} ){0,4}level=(?:debug|info|warn(?:ing)?) |^(?:\[[^\]]{1,60}\] ?:? ?){0,4}(?:[\w.]{1,80}: "
        + @"?)?\[(?:DEBUG|INFO|WARN|WARNING|EVENT|TRACE)\]|^.{0,80}?\s[|-]\s(?:DEBUG|INFO|WARN|WARNING)\s{0,10}[|-]\s",
        RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Warning();
}
