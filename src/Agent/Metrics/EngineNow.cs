using Agent.Domain.Engines;
using Agent.Engines;

namespace Agent.Metrics;

/// <summary>How an engine is at the moment of a scrape.</summary>
/// <param name="State">The newest verdict; null before the first.</param>
/// <param name="JudgedAt">When that was.</param>
/// <param name="RunsSince">Null: it does not run, and nothing that was measured of it is true any more.</param>
internal sealed record EngineNow(string Name, EngineState? State, DateTimeOffset? JudgedAt, DateTimeOffset? RunsSince)
{
    public static EngineNow Of(SupervisedEngine engine)
    {
        var judged = engine.Signs.Newest;
        return new(engine.Name, judged?.Verdict.State, judged?.At, engine.Handle.Life() == EngineLife.Running ? engine.Handle.Run?.StartedAt : null);
    }
}
