using Agent.Adapters.Processes;

namespace Agent.Engines.Kinds;

/// <summary>
/// What an engine runs in: a process of the agent's own, a systemd unit, a container. A kind starts, stops and finds the
/// main process; whether that lives is /proc's word, whatever the kind.
/// </summary>
internal interface IEngineKind
{
    /// <summary>Whether everything in the main process's cgroup is the engine's, and nothing else is in there.</summary>
    bool OwnsCgroup { get; }

    LogOrigin Log { get; }

    /// <summary>The user that its engines run as; null where what starts them decides that, and only a main process shows it.</summary>
    uint? User { get; }

    /// <summary>Where the logs lie; null: beside the engine's record.</summary>
    string? LogFolder { get; }

    /// <summary>Whether a process in the engine's cgroup is none of the engine's: what it runs in has errands of its own there.</summary>
    bool IsErrand(ProcessEntry process);

    /// <summary>What its processes were given as environment, for one that may not be asked; null when nobody wrote it down.</summary>
    IReadOnlyDictionary<string, string>? Given { get; }

    /// <summary>Starts the engine; answers its main process, or why there is none.</summary>
    Task<(ProcessId? Main, KindRefusal? Refusal)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation);

    /// <summary>The main process that runs there now, whoever started it; null when there is none, or nobody can tell.</summary>
    Task<ProcessId?> FindAsync(CancellationToken cancellation);

    /// <summary>A program that prints all that the present run printed, and what it prints from now on; null when there is none.</summary>
    Task<CommandLine?> PrintLogAsync(CancellationToken cancellation);

    /// <summary>How somebody paused it there; null when nobody did, or nobody can tell.</summary>
    Task<string?> PausedAsync(CancellationToken cancellation);

    /// <summary>How the main process ended; null when nobody can tell, and for a child of the agent, which the agent reaps.</summary>
    Task<EngineExit?> ExitAsync(CancellationToken cancellation);

    /// <summary>SIGTERM to the main process only, where the agent itself may not send it. Null when it was sent, otherwise why not.</summary>
    Task<string?> AskToStopAsync(CancellationToken cancellation);

    /// <summary>SIGKILL to everything in it, for what the agent itself may not signal.</summary>
    Task KillAllAsync(CancellationToken cancellation);

    /// <summary>Leaves nothing behind that would start the engine again, once the main process is gone. Null, or why it could not.</summary>
    Task<KindRefusal?> CloseAsync(CancellationToken cancellation);

    /// <summary>What an operator should know of it before it is relied on.</summary>
    Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation);
}

/// <summary>One start of an engine.</summary>
/// <param name="Environment">What the engine gets beside what its kind gives it.</param>
/// <param name="LogFile">Where its output goes.</param>
internal sealed record EngineLaunch(CommandLine Command, IReadOnlyDictionary<string, string> Environment, string LogFile);
