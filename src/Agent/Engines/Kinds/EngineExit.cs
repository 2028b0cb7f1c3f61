using Agent.Adapters.Processes;

namespace Agent.Engines.Kinds;

/// <summary>How the main process of an engine ended.</summary>
/// <param name="Status">Exit code, or minus the signal. Null when its unit or container is gone, too.</param>
/// <param name="OutOfMemory">The kernel killed a process of it because memory ran out.</param>
internal sealed record EngineExit(int? Status, bool OutOfMemory)
{
    private const int ShellSignalBase = 128;
    private const int LastSignal = 64;

    /// <summary>Its unit or container was taken away.</summary>
    public static readonly EngineExit Removed = new(null, OutOfMemory: false) { StopTold = true };

    /// <summary>Its service manager or container says that somebody had it stopped.</summary>
    public bool StopTold { get; init; }

    /// <summary>
    /// Somebody asked it to end. Only a person or his tool sends these two signals. If a process ends by its own handler of one of them, it leaves
    /// with the exit code that a shell gives for that signal. An engine that ran out of memory was asked by its service manager, if at all.
    /// </summary>
    public bool WasAsked => !OutOfMemory && (StopTold || IsStopSignal);

    /// <summary>It ended by a signal that left it no time to tell the others.</summary>
    public bool WasKilled => Status < 0 && !IsStopSignal;

    private bool IsStopSignal => Status is { } status && OfShell(status, OutOfMemory).Status is -Signals.Terminate or -Signals.Interrupt;

    /// <summary>The exit for a status in which 128 and more stand for a signal, as in shells.</summary>
    public static EngineExit OfShell(int status, bool outOfMemory) =>
        new(status is > ShellSignalBase and <= ShellSignalBase + LastSignal ? ShellSignalBase - status : status, outOfMemory);

    public override string ToString() => Status switch
    {
        null => "with its unit or container, which somebody removed",
        < 0 => $"by signal {-Status}",
        _ => $"with exit code {Status}",
    } + (OutOfMemory ? ", killed because memory ran out" : "") + (StopTold && Status is not null ? ", stopped by somebody" : "");
}
