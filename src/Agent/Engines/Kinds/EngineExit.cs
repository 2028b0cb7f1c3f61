using Agent.Adapters.Processes;

namespace Agent.Engines.Kinds;

/// <summary>How the main process of an engine ended.</summary>
/// <param name="Status">Exit code, or minus the signal; null when what it ran in is gone with it.</param>
/// <param name="OutOfMemory">The kernel killed something of it for want of memory.</param>
internal sealed record EngineExit(int? Status, bool OutOfMemory)
{
    private const int ShellSignalBase = 128;
    private const int LastSignal = 64;

    /// <summary>What it ran in was taken away.</summary>
    public static readonly EngineExit Removed = new(null, OutOfMemory: false) { StopTold = true };

    /// <summary>The word of its service manager or container that somebody had it stopped.</summary>
    public bool StopTold { get; init; }

    /// <summary>
    /// Somebody asked it to end: nothing but a person or his tool sends these two signals, and a process that ends by its own
    /// handler of one leaves with the code that a shell has for it. What ran out of memory was asked by its service manager, if at all.
    /// </summary>
    public bool WasAsked => !OutOfMemory && (StopTold || IsStopSignal);

    /// <summary>By a signal that left it no time to tell the others.</summary>
    public bool WasKilled => Status < 0 && !IsStopSignal;

    private bool IsStopSignal => Status is { } status && OfShell(status, OutOfMemory).Status is -Signals.Terminate or -Signals.Interrupt;

    /// <summary>Of a status in which, as shells have it, 128 and more stand for a signal.</summary>
    public static EngineExit OfShell(int status, bool outOfMemory) =>
        new(status is > ShellSignalBase and <= ShellSignalBase + LastSignal ? ShellSignalBase - status : status, outOfMemory);

    public override string ToString() => Status switch
    {
        null => "with what it ran in, which somebody removed",
        < 0 => $"by signal {-Status}",
        _ => $"with exit code {Status}",
    } + (OutOfMemory ? ", killed for want of memory" : "") + (StopTold && Status is not null ? ", stopped by somebody" : "");
}
