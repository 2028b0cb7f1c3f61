using Agent.Domain.Engines;
using Agent.Engines.Drift;
using Agent.Engines.Runs;

namespace Agent.Engines.Chips;

/// <summary>
/// The layout of the ranks of a run. vLLM's own line in the log comes first: it is right even for an engine that was adopted or that
/// a script starts. The command line of its main process comes next. The configuration alone is no proof of the layout that runs.
/// </summary>
internal static class EngineLayout
{
    private const string Visible = "ASCEND_RT_VISIBLE_DEVICES";

    public static RankLayout? Of(SupervisedEngine engine, EngineRun run)
    {
        // The order or the chips differ from those of the configuration.
        if (engine.Settings.Environment.ContainsKey(Visible))
            return null;
        return Options(run) is { } options ? RankLayout.Of(options, engine.Settings.Chips.Count) : null;
    }

    private static IReadOnlyDictionary<string, string>? Options(EngineRun run)
    {
        if (EngineArguments.InLog(run) is { } told)
            return told.Values.Where(v => v.Value != "None").Select(v => EngineOptions.Named(v.Key, v.Value)).DistinctBy(v => v.Name).ToDictionary(v => v.Name,
                v => v.Value, StringComparer.Ordinal);
        var words = run.CommandLine.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Array.Exists(words, w => w is "serve" || w.EndsWith("api_server", StringComparison.Ordinal)) ? EngineOptions.Of(words) : null;
    }
}
