namespace Agent.Domain.Engines;

/// <summary>
/// Which run of an engine a sign is of. A process id alone proves nothing after a reboot or a wrap of ids, so the start time
/// (clock ticks since boot) and the boot id go with it.
/// </summary>
public sealed record RunId(string BootId, int ProcessId, long StartTicks)
{
    /// <summary>A look that took long may end when its engine was started anew.</summary>
    public bool IsBefore(RunId other) => BootId == other.BootId && StartTicks < other.StartTicks;
}
