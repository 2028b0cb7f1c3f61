using Agent.Domain;

namespace Agent.Engines.Logs;

/// <summary>How much an engine prints, and how well it is kept within bounds.</summary>
/// <param name="Flood">Null while a day of output can be kept.</param>
/// <param name="Overflow">How much more is there than may be; null while it is not.</param>
/// <param name="Problem">Why it is not kept within bounds without losing a line; null when it is.</param>
/// <param name="LostBytes">What an open incident may need, and had to go.</param>
internal sealed record EngineLogState(LogFlood? Flood, string? Overflow, string? Problem, long LostBytes)
{
    public static readonly EngineLogState Unknown = new(null, null, null, 0);

    /// <summary>What goes on with a summary, or nothing.</summary>
    public string Trouble => (Problem is null ? "" : "; " + Problem) + (LostBytes > 0 ? $"; {Sizes.Text(LostBytes)} of what the open incident may need had to go" : "");
}
