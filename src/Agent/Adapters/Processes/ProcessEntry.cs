namespace Agent.Adapters.Processes;

/// <summary>The identity of a process for ever: ids are used again, but the start time (clock ticks since boot) differs.</summary>
internal readonly record struct ProcessId(int Pid, long StartTicks);

/// <summary>One process as /proc shows it.</summary>
/// <param name="Name">comm, cut to 15 characters by the kernel.</param>
internal sealed record ProcessEntry(ProcessId Id, int ParentPid, int SessionId, char State, string Name, string CommandLine)
{
    /// <summary>It did not give its command line in time, because something holds its memory. Then the line is empty, and says nothing.</summary>
    public bool IsUnread { get; init; }

    /// <summary>A zombie does not live: it holds no memory and answers nothing.</summary>
    public bool IsAlive => State is not ('Z' or 'X');

    /// <summary>Stopped by a signal (T), or by a debugger (t).</summary>
    public bool IsHalted => State is 'T' or 't';

    /// <summary>The title says that this is vLLM's process between API server and workers.</summary>
    public bool IsEngineCore => CommandLine.Contains("EngineCore", StringComparison.Ordinal) || Name.Contains("EngineCor", StringComparison.Ordinal);
}

/// <summary>The processes that have a marker in their environment.</summary>
/// <param name="IsWhole">False: a process of the same user did not give its environment in time, and may have the marker.</param>
internal sealed record MarkedProcesses(IReadOnlyList<ProcessEntry> Found, bool IsWhole);

internal enum SignalOutcome
{
    Sent,

    /// <summary>The process is gone, or its id belongs to another process now.</summary>
    Gone,
    NotAllowed,
}

internal static class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
}
