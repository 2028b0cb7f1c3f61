using Agent.Adapters.Processes;

namespace Agent.Engines.Kinds;

/// <summary>
/// The kind of place that an engine runs in: a process of the agent's own, a systemd unit, a container. A
/// kind starts, stops and finds the main process. For every kind, /proc tells whether that process lives.
/// </summary>
internal interface IEngineKind
{
    /// <summary>Whether the main process's cgroup holds the whole engine and nothing else.</summary>
    bool OwnsCgroup { get; }

    LogOrigin Log { get; }

    /// <summary>The user that its engines run as. Null if the unit or container decides that, and only a main process shows it.</summary>
    uint? User { get; }

    /// <summary>The folder of the logs. Null: beside the engine's record.</summary>
    string? LogFolder { get; }

    /// <summary>Whether a process in the engine's cgroup does not belong to the engine: its unit or container runs errands of its own there.</summary>
    bool IsErrand(ProcessEntry process);

    /// <summary>
    /// The environment that was given to its processes, for processes whose environment may not be read. Null when nobody wrote it down.
    /// </summary>
    IReadOnlyDictionary<string, string>? Given { get; }

    /// <summary>Starts the engine. Answers its main process, or why there is none.</summary>
    Task<(ProcessId? Main, KindRefusal? Refusal)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation);

    /// <summary>The main process that runs there now, whoever started it. Null when there is none, or nobody can tell.</summary>
    Task<ProcessId?> FindAsync(CancellationToken cancellation);

    /// <summary>A program that prints the whole output of the present run, old and new. Null when there is none.</summary>
    Task<CommandLine?> PrintLogAsync(CancellationToken cancellation);

    /// <summary>How somebody paused it there; null when nobody did, or nobody can tell.</summary>
    Task<string?> PausedAsync(CancellationToken cancellation);

    /// <summary>How the main process ended. Null when nobody can tell, and for a child of the agent, because the agent reaps it.</summary>
    Task<EngineExit?> ExitAsync(CancellationToken cancellation);

    /// <summary>
    /// Sends SIGTERM to the main process only, for a process that the agent itself may not signal. Null when it was sent, otherwise why not.
    /// </summary>
    Task<string?> AskToStopAsync(CancellationToken cancellation);

    /// <summary>Sends SIGKILL to everything in it, for processes that the agent itself may not signal.</summary>
    Task KillAllAsync(CancellationToken cancellation);

    /// <summary>Makes sure that nothing is left that would start the engine again, once the main process is gone. Null, or why it could not.</summary>
    Task<KindRefusal?> CloseAsync(CancellationToken cancellation);

    /// <summary>Facts that an operator should know before relying on it.</summary>
    Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation);
}

/// <summary>One start of an engine.</summary>
/// <param name="Environment">The engine's variables, besides those that its kind gives it.</param>
/// <param name="LogFile">The file for its output.</param>
internal sealed record EngineLaunch(CommandLine Command, IReadOnlyDictionary<string, string> Environment, string LogFile);
