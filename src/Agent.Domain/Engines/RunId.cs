namespace Agent.Domain.Engines;

/// <summary>
/// Which run of an engine a sign is of. A process id alone proves nothing after a reboot or a wrap of ids, so the start time
/// (clock ticks since boot) and the boot id go with it.
/// </summary>
/// <param name="Number">
/// Counts the runs in the order in which the agent came to know them. The start time gives no order: a process that somebody started by
/// hand may be taken over after a younger one ended, and on Windows the time is the host's clock, which can be set.
/// </param>
/// <param name="BootId">The boot.</param>
/// <param name="ProcessId">The main process.</param>
/// <param name="StartTicks">When the main process started.</param>
public sealed record RunId(int Number, string BootId, int ProcessId, long StartTicks)
{
    /// <summary>A look that took long may end when its engine was started anew.</summary>
    public bool IsBefore(RunId other) => Number < other.Number;
}
