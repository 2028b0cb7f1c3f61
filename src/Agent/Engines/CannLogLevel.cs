using System.Globalization;
using Agent.Configuration.Engines;

namespace Agent.Engines;

/// <summary>
/// ASCEND_GLOBAL_LOG_LEVEL, how much CANN writes into its logs: at the level of errors, which it has when nobody says
/// otherwise, a fault that comes again leaves no more than it did before. Processes read it once, so it is a matter of a start.
/// </summary>
internal static class CannLogLevel
{
    public const string Variable = "ASCEND_GLOBAL_LOG_LEVEL";

    private const int Error = 3;

    private static readonly string[] Words = ["debug", "info", "warning", "error", "none"];

    public static string Text(int level) => string.Create(CultureInfo.InvariantCulture, $"{level} ({Words[level]})");

    /// <summary>What the engine has without the agent: CANN takes errors for a value that it does not know.</summary>
    public static int Usual(EngineSettings engine) =>
        int.TryParse(engine.Environment.GetValueOrDefault(Variable) ?? Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level < Words.Length
            ? level
            : Error;
}
