using Agent.Adapters.Containers;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Domain.Faults;

namespace Agent.Engines.Kinds;

/// <summary>
/// A container for each run, made by the agent through a docker-compatible command line. A label says which agent and engine it belongs to. A
/// container of the same name without this label is left alone. A container that ended stays until the next start, with its exit code and its log.
/// </summary>
internal sealed class ContainerKind(ContainerTool tool, ContainerRun run, ProcessTable processes) : IEngineKind
{
    public bool OwnsCgroup => true;

    public LogOrigin Log => LogOrigin.CopiedWithEarlierRuns;

    public IReadOnlyDictionary<string, string> Known => new Dictionary<string, string>(StringComparer.Ordinal) { [Placeholders.Container] = run.Name };

    public uint? User => null;

    public string? LogFolder => null;

    public IReadOnlyDictionary<string, string>? Given => null;

    public bool IsErrand(ProcessEntry process) => false;

    public async Task<(ProcessId? Main, KindRefusal? Refusal)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation)
    {
        var (old, problem) = await tool.InspectAsync(run.Name, cancellation);
        if (problem is not null)
            return (null, Classified(problem, $"container {run.Name} could not be looked at"));
        if (old is not null && !run.IsOurs(old))
            return (null, KindRefusal.Person(
                $"a container {run.Name} is there that this agent did not make (label {ContainerRun.Label} is not {run.Marker}); remove or rename it"));
        if (old is not null && await tool.RemoveAsync(run.Name, cancellation) is { } kept)
            return (null, Classified(kept, "the container of the last run could not be removed"));

        var driver = run.SaysWhereLogsGo ? null : await tool.LogDriverAsync(cancellation);
        WholeFile.Write(run.EnvironmentFile, run.EnvironmentText(launch.Environment), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            if (await tool.RunAsync(run.Arguments(launch, driver), cancellation) is { } refused)
                return (null, Classified(refused, $"container {run.Name} was not started"));
        }
        finally
        {
            File.Delete(run.EnvironmentFile);
        }

        var (state, unseen) = await tool.InspectAsync(run.Name, cancellation);
        return MainOf(state) is { } main ? (main, null)
            : (null, unseen is not null ? Classified(unseen, $"container {run.Name} could not be looked at after its start") : EndedAtOnce(state));
    }

    public async Task<ProcessId?> FindAsync(CancellationToken cancellation) => MainOf((await tool.InspectAsync(run.Name, cancellation)).State);

    public Task<CommandLine?> PrintLogAsync(CancellationToken cancellation) => Task.FromResult<CommandLine?>(tool.Logs(run.Name));

    public async Task<EngineExit?> ExitAsync(CancellationToken cancellation)
    {
        var (state, problem) = await tool.InspectAsync(run.Name, cancellation);
        if (problem is not null)
            return null;
        // A container that ended by itself stays until the next start. A missing one was removed by somebody.
        if (state is null || !run.IsOurs(state))
            return EngineExit.Removed;
        return state.IsUp ? null : EngineExit.OfShell(state.ExitCode, state.OutOfMemory);
    }

    public async Task<string?> PausedAsync(CancellationToken cancellation) =>
        (await tool.InspectAsync(run.Name, cancellation)).State is { Paused: true } state && run.IsOurs(state)
            ? $"container {run.Name} is paused; `{tool.Program} unpause {run.Name}` lets it go on"
            : null;

    public async Task<string?> AskToStopAsync(CancellationToken cancellation) => (await tool.KillAsync(run.Name, "TERM", cancellation))?.Text;

    public Task KillAllAsync(CancellationToken cancellation) => tool.KillAsync(run.Name, "KILL", cancellation);

    public async Task<KindRefusal?> CloseAsync(CancellationToken cancellation)
    {
        var (before, unseen) = await tool.InspectAsync(run.Name, cancellation);
        // A container that nobody could look at may run, and would start the engine again.
        if (unseen is not null)
            return Classified(unseen, $"container {run.Name} could not be looked at before its stop");
        if (before is not { IsUp: true } || !run.IsOurs(before))
            return null;
        var refused = await tool.StopAsync(run.Name, cancellation);
        var (after, problem) = await tool.InspectAsync(run.Name, cancellation);
        if (problem is null && after is not { IsUp: true })
            return null;
        var what = $"container {run.Name} was not stopped";
        if (refused is not null)
            return Classified(refused, what);
        return problem is null
            ? new KindRefusal(RefusalClass.Passes, $"{what}: it still runs")
            : Classified(problem, $"container {run.Name} could not be looked at after its stop");
    }

    public async Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation)
    {
        var (state, problem) = await tool.InspectAsync(run.Name, cancellation);
        return problem is not null ? [$"the container could not be asked for: {problem}"]
            : state is not null && !run.IsOurs(state)
                ? [$"a container {run.Name} is there that this agent did not make; the engine cannot be started before it is gone"]
            : [];
    }

    private KindRefusal Classified(ToolRefusal refusal, string what) => RefusalWords.Classify(ContainerRefusals.All, refusal, what, Known);

    /// <summary>
    /// A container that was killed may live the next time. If the engine ended itself with an exit code, it will end in the same way again.
    /// </summary>
    private KindRefusal EndedAtOnce(ContainerState? state)
    {
        var exit = state is null ? null : EngineExit.OfShell(state.ExitCode, state.OutOfMemory);
        var text = $"container {run.Name} ended at once {(exit is null ? "and is gone" : exit.ToString())}; `{tool.Program} logs {run.Name}` shows its output";
        return exit is { OutOfMemory: false, Status: >= 0 } ? KindRefusal.OfEngine(text) : new KindRefusal(RefusalClass.Passes, text);
    }

    private ProcessId? MainOf(ContainerState? state) =>
        state is { IsUp: true, Pid: > 0 } && run.IsOurs(state) && processes.Read(state.Pid) is { IsAlive: true } main ? main.Id : null;
}
