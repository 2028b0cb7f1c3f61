using System.Text.RegularExpressions;
using Agent.Adapters;
using Agent.Engines.Causes;
using Agent.Engines.Logs;

namespace Agent.Engines.Starting;

/// <summary>The way in which a start failed: its last stage and its first error, without the parts that differ from start to start.</summary>
internal sealed record StartFingerprint(StartupStage Stage, string Error)
{
    private static readonly Regex ErrorLine = RarePattern.Of(@"(?:^|[\s\]])(?:\w+\.)*\w*(?:Error|Exception): ");
    private static readonly Regex Numbers = RarePattern.Of(@"0x[0-9a-fA-F]+|\b[0-9a-f]{8,}\b|[0-9]+");

    private const int Length = 300;

    /// <returns>
    /// Null for a start that did not fail, that somebody ended, or whose cause
    /// lies outside the engine. For such a cause other steps than a restart help.
    /// </returns>
    public static StartFingerprint? Of(EngineLogFacts facts) =>
        facts.Stage < StartupStage.Serving && !facts.StopRequested && facts.Cause?.Cure is null or Cure.RestartEngine or Cure.Person or Cure.None
            && (facts.CauseLine ?? facts.FirstError) is { } line
            ? new StartFingerprint(facts.Stage, Normalise(line))
            : null;

    /// <summary>The end of a traceback in a line of a start-up: the type of the error and its message. Null when the line is none.</summary>
    public static string? ErrorOf(string line) =>
        (line.Contains("Error: ", StringComparison.Ordinal) || line.Contains("Exception: ", StringComparison.Ordinal))
        && EngineLine.Of(line) is { IsWarning: false } error && ErrorLine.IsMatch(error.Text) ? error.Text : null;

    public static string Normalise(string line)
    {
        var text = Numbers.Replace(line, "#").Trim();
        return text.Length > Length ? text[..Length] : text;
    }
}
