using Agent.Domain.Engines;
using Agent.Engines.Runs;

namespace Agent.Engines.Signs;

/// <summary>
/// What the loop knows of one engine, for probes that need another's sign and for pages. An immutable whole that is read from any
/// thread and published by the loop alone.
/// </summary>
internal sealed class PublishedSigns
{
    private volatile EngineInView _newest = EngineInView.Nothing;

    public EngineInView View => _newest;

    /// <summary>The newest verdict; null before the first.</summary>
    public EngineJudgement? Newest => _newest.Newest;

    /// <summary>What was seen of a run; nothing of any other.</summary>
    public EngineSigns Of(EngineRun? run) => _newest.Of(run?.Id);

    public void Publish(EngineInView view) => _newest = view;
}
