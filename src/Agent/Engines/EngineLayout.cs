using Agent.Domain.Engines;
using Agent.Engines.Drift;

namespace Agent.Engines;

/// <summary>
/// The layout of the ranks of a run. vLLM's own word in its log comes first: it holds for an engine that was adopted, or that a
/// script starts. Then the command line of its main process. What the configuration wants is no proof of what runs.
/// </summary>
internal static class EngineLayout
{
    private const string Visible = "ASCEND_RT_VISIBLE_DEVICES";

    public static RankLayout? Of(SupervisedEngine engine, EngineRun run)
    {
        // Another order, or other chips, than those of the configuration.
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
