using Agent.Adapters.Containers;
using Agent.Adapters.Processes;

namespace Agent.Engines.Kinds;

/// <summary>
/// A container for each run, made by the agent through a docker-compatible command line. A label says whose it is; one of the
/// same name without it is left alone. The container that ended stays until the next start, with its exit code and its log.
/// </summary>
internal sealed class ContainerKind(ContainerTool tool, ContainerRun run, ProcessTable processes) : IEngineKind
{
    public bool OwnsCgroup => true;

    public LogOrigin Log => LogOrigin.CopiedWithEarlierRuns;

    public async Task<(ProcessId? Main, string? Problem)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation)
    {
        var (old, problem) = await tool.InspectAsync(run.Name, cancellation);
        if (problem is not null)
            return (null, problem);
        if (old is not null && !run.IsOurs(old))
            return (null, $"a container {run.Name} is there that this agent did not make (label {ContainerRun.Label} is not {run.Marker}); remove or rename it");
        if (old is not null && await tool.RemoveAsync(run.Name, cancellation) is { } kept)
            return (null, $"the container of the last run could not be removed: {kept}");

        LaunchFile.WriteWhole(run.EnvironmentFile, run.EnvironmentText(launch.Environment), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            if (await tool.RunAsync(run.Arguments(launch), cancellation) is { } refused)
                return (null, refused);
        }
        finally
        {
            File.Delete(run.EnvironmentFile);
        }

        var (state, unseen) = await tool.InspectAsync(run.Name, cancellation);
        return MainOf(state) is { } main
            ? (main, null)
            : (null, unseen ?? $"container {run.Name} ended at once {(state is null ? "and is gone" : EngineExit.OfShell(state.ExitCode, state.OutOfMemory).ToString())}; `{tool.Program} logs {run.Name}` has what it said");
    }

    public async Task<ProcessId?> FindAsync(CancellationToken cancellation) => MainOf((await tool.InspectAsync(run.Name, cancellation)).State);

    public Task<CommandLine?> PrintLogAsync(CancellationToken cancellation) => Task.FromResult<CommandLine?>(tool.Logs(run.Name));

    public async Task<EngineExit?> ExitAsync(CancellationToken cancellation)
    {
        var (state, problem) = await tool.InspectAsync(run.Name, cancellation);
        if (problem is not null)
            return null;
        // What ended by itself stays until the next start.
        if (state is null || !run.IsOurs(state))
            return EngineExit.Removed;
        return state.Running ? null : EngineExit.OfShell(state.ExitCode, state.OutOfMemory);
    }

    public Task<string?> AskToStopAsync(CancellationToken cancellation) => tool.KillAsync(run.Name, "TERM", cancellation);

    public Task KillAllAsync(CancellationToken cancellation) => tool.KillAsync(run.Name, "KILL", cancellation);

    public async Task<string?> CloseAsync(CancellationToken cancellation)
    {
        var (before, _) = await tool.InspectAsync(run.Name, cancellation);
        if (before is not { Running: true } || !run.IsOurs(before))
            return null;
        var refused = await tool.StopAsync(run.Name, cancellation);
        return (await tool.InspectAsync(run.Name, cancellation)).State is { Running: true } ? $"container {run.Name} was not stopped: {refused ?? "it still runs"}" : null;
    }

    public async Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation)
    {
        var (state, problem) = await tool.InspectAsync(run.Name, cancellation);
        return problem is not null ? [$"the container could not be asked for: {problem}"]
            : state is not null && !run.IsOurs(state) ? [$"a container {run.Name} is there that this agent did not make; the engine cannot be started before it is gone"]
            : [];
    }

    private ProcessId? MainOf(ContainerState? state) =>
        state is { Running: true, Pid: > 0 } && run.IsOurs(state) && processes.Read(state.Pid) is { IsAlive: true } main ? main.Id : null;
}
