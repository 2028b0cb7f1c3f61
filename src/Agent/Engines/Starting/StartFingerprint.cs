using System.Text.RegularExpressions;

namespace Agent.Engines.Starting;

/// <summary>How a start failed: its last stage and its first error, without what differs from start to start.</summary>
internal sealed partial record StartFingerprint(StartupStage Stage, string Error)
{
    private const int Length = 300;

    /// <returns>Null for a start that did not fail, that somebody ended, or whose cause lies outside of the engine: steps other than a restart cure those.</returns>
    public static StartFingerprint? Of(EngineLogFacts facts) =>
        facts.Stage < StartupStage.Serving && !facts.StopRequested && facts.Cause?.Cure is null or Cure.RestartEngine or Cure.Person or Cure.None && (facts.CauseLine ?? facts.FirstError) is { } line
            ? new StartFingerprint(facts.Stage, Normalise(line))
            : null;

    /// <summary>Whether a line of a start-up is the end of a traceback: the type of an error and what it says.</summary>
    public static bool IsError(string line) =>
        (line.Contains("Error", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal))
        && !line.Contains("INFO ", StringComparison.Ordinal) && !line.Contains("WARNING ", StringComparison.Ordinal)
        && ErrorLine().IsMatch(line);

    public static string Normalise(string line)
    {
        var text = Numbers().Replace(Prefix().Replace(line, ""), "#").Trim();
        return text.Length > Length ? text[..Length] : text;
    }

    [GeneratedRegex(@"(?:^|[\s\]])(?:\w+\.)*\w*(?:Error|Exception): ", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex ErrorLine();

    // "(EngineCore_DP0 pid=123) ERROR 11-24 10:00:00 [core.py:842] ", also behind a journal's own beginning.
    [GeneratedRegex(@"^.*?\((?:\w+) pid=\d+\)\s*|(?:ERROR|CRITICAL) \d\d-\d\d \d\d:\d\d:\d\d \[[^\]]*\]\s*", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"0x[0-9a-fA-F]+|\b[0-9a-f]{8,}\b|\d+", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Numbers();
}
