using Agent.Engines;

namespace Agent.Bundles;

/// <summary>
/// What leads to the evidence of an engine, taken down when a bundle is begun: by the time its logs are copied another run
/// may have begun.
/// </summary>
internal sealed record EngineTrace(string Name, string? LogFile, DateTimeOffset? WritesSince, IReadOnlyDictionary<string, string> Environment)
{
    public static EngineTrace Of(SupervisedEngine engine) => new(engine.Name, engine.Host.Log?.Path, engine.Host.WritesSince, engine.Host.Environment());
}
