using Agent.Adapters.Processes;

namespace Agent.Engines.Kinds;

/// <summary>
/// What an engine runs in: a process of the agent's own, a systemd unit, a container. A kind starts, stops and finds the
/// main process; whether that lives is /proc's word, whatever the kind.
/// </summary>
internal interface IEngineKind
{
    /// <summary>Starts the engine; answers its main process, or why there is none.</summary>
    Task<(ProcessId? Main, string? Problem)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation);

    /// <summary>The main process that runs there now, whoever started it; null when there is none, or nobody can tell.</summary>
    Task<ProcessId?> FindAsync(CancellationToken cancellation);

    /// <summary>SIGTERM to the main process only. Null when it was sent, otherwise why not.</summary>
    Task<string?> AskToStopAsync(ProcessId main, CancellationToken cancellation);

    /// <summary>SIGKILL to everything in it, for what the agent itself may not signal.</summary>
    Task KillAllAsync(CancellationToken cancellation);

    /// <summary>Leaves nothing behind that would start the engine again or hold its name, once the main process is gone.</summary>
    Task CloseAsync(CancellationToken cancellation);
}

/// <summary>One start of an engine.</summary>
/// <param name="Environment">What the engine gets beside what its kind gives it.</param>
/// <param name="LogFile">Where its output goes.</param>
internal sealed record EngineLaunch(CommandLine Command, IReadOnlyDictionary<string, string> Environment, string LogFile);
