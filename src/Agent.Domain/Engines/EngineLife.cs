namespace Agent.Domain.Engines;

/// <summary>How the main process of an engine is, as far as /proc tells.</summary>
public enum EngineLife
{
    /// <summary>Never started by this agent, or ended on request.</summary>
    Stopped,
    Running,

    /// <summary>Gone, and nobody asked it to go.</summary>
    Ended,
}
