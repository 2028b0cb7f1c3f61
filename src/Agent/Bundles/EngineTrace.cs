using Agent.Engines;

namespace Agent.Bundles;

/// <summary>The places of an engine's evidence, noted when a bundle is begun. By the time its logs are copied, another run may have begun.</summary>
/// <param name="Environment">Only the variables that tell places. The others may be secrets, and a trace is written to disk.</param>
internal sealed record EngineTrace(string Name, string? LogFile, DateTimeOffset? WritesSince, IReadOnlyDictionary<string, string> Environment)
{
    private static readonly string[] Places = ["HOME", "ASCEND_PROCESS_LOG_PATH", "ASCEND_WORK_PATH", "ASCEND_TOOLKIT_HOME", "ASCEND_HOME_PATH"];

    public static EngineTrace Of(SupervisedEngine engine)
    {
        var environment = engine.Handle.Environment();
        Dictionary<string, string> places = new(StringComparer.Ordinal);
        foreach (var name in Places)
        {
            if (environment.GetValueOrDefault(name) is { } value)
                places[name] = value;
        }

        return new EngineTrace(engine.Name, engine.Handle.Log?.Path, engine.Handle.WritesSince, places);
    }
}
