using System.Globalization;
using Agent.Configuration.Engines;

namespace Agent.Engines.Starting;

/// <summary>
/// ASCEND_GLOBAL_LOG_LEVEL sets how much CANN writes into its logs. The default is the level of errors. At this level a fault that
/// comes again leaves no more in the logs than the first time. Processes read the variable once, so it can change only at a start.
/// </summary>
internal static class CannLogLevel
{
    public const string Variable = "ASCEND_GLOBAL_LOG_LEVEL";

    private const int Error = 3;

    private static readonly string[] Words = ["debug", "info", "warning", "error", "none"];

    public static string Text(int level) => string.Create(CultureInfo.InvariantCulture, $"{level} ({Words[level]})");

    /// <summary>The level that the engine has without the agent. CANN uses the level of errors for a value that it does not know.</summary>
    public static int Usual(EngineSettings engine) =>
        int.TryParse(engine.Environment.GetValueOrDefault(Variable) ?? Environment.GetEnvironmentVariable(Variable), NumberStyles.None,
            CultureInfo.InvariantCulture, out var level) && level < Words.Length
            ? level
            : Error;
}
