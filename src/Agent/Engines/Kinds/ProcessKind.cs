using System.ComponentModel;
using Agent.Adapters.Processes;

namespace Agent.Engines.Kinds;

/// <summary>A process tree in a session of its own, started by the agent, with its output in a file.</summary>
internal sealed class ProcessKind(ProcessTable processes, string marker) : IEngineKind
{
    public bool OwnsCgroup => false;

    public LogOrigin Log => LogOrigin.Written;

    public Task<(ProcessId? Main, string? Problem)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation)
    {
        try
        {
            return Answer(DetachedProcess.Start(new DetachedStart(launch.Command, DetachedStart.InheritedEnvironment(launch.Environment), launch.LogFile)), null);
        }
        catch (Win32Exception refused)
        {
            return Answer(null, $"{launch.Command.Program} could not be started: {refused.Message}");
        }

        static Task<(ProcessId? Main, string? Problem)> Answer(ProcessId? main, string? problem) => Task.FromResult((main, problem));
    }

    /// <summary>The record may be missing for the moment between fork and write; the session leader is the main process.</summary>
    public Task<ProcessId?> FindAsync(CancellationToken cancellation) =>
        Task.FromResult(processes.WithMarker(EngineCommandLine.Marker, marker).FirstOrDefault(p => p.IsAlive && p.SessionId == p.Id.Pid)?.Id);

    public Task<CommandLine?> PrintLogAsync(CancellationToken cancellation) => Task.FromResult<CommandLine?>(null);

    public Task<EngineExit?> ExitAsync(CancellationToken cancellation) => Task.FromResult<EngineExit?>(null);

    public Task<string?> AskToStopAsync(CancellationToken cancellation) => Task.FromResult<string?>("the agent has no right to signal it");

    /// <summary>What runs with the agent's rights and cannot be signalled is another's.</summary>
    public Task KillAllAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<string?> CloseAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

    public Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>(
        IsConfined
            ? ["kind process runs inside the limits of the agent's own unit: it may write below its state folder alone and bind nothing to a core or memory node; kind: systemd runs it in a unit of its own"]
            : []);

    // As the agent's unit is; a container may filter calls too, but lets its processes gain rights.
    private bool IsConfined => processes.Text(Environment.ProcessId, "status") is { } status
        && status.Contains("\nNoNewPrivs:\t1\n", StringComparison.Ordinal)
        && status.Contains("\nSeccomp:\t2\n", StringComparison.Ordinal);
}
