using Agent.Domain;

namespace Agent.Engines.Logs;

/// <summary>How much an engine prints, and how well it is kept within bounds.</summary>
/// <param name="Flood">Null while a day of output can be kept.</param>
/// <param name="Overflow">The amount that is there beyond the allowed one. Null while there is none.</param>
/// <param name="Problem">The reason why it is not kept within bounds without losing a line. Null when it is.</param>
/// <param name="LostBytes">Bytes that an open incident may need and that had to be removed.</param>
internal sealed record EngineLogState(LogFlood? Flood, string? Overflow, string? Problem, long LostBytes)
{
    public static readonly EngineLogState Unknown = new(null, null, null, 0);

    /// <summary>The text to add to a summary, or nothing.</summary>
    public string Trouble => (Problem is null ? "" : "; " + Problem)
        + (LostBytes > 0 ? $"; {Sizes.Text(LostBytes)} that the open incident may need had to be deleted" : "");
}
