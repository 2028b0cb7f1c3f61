using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;

namespace Agent.Engines.Kinds;

/// <summary>
/// A systemd unit: the agent's own template, which runs what the agent wrote into a file (<see cref="LaunchFile"/>), or a unit
/// of the host, which knows its own command. The unit's cgroup holds the whole tree, whoever may read its environment.
/// </summary>
/// <param name="units">systemd.</param>
/// <param name="processes">/proc.</param>
/// <param name="unit">Its full name.</param>
/// <param name="launchFile">Where the agent's own template looks for what it is to run; null for a unit of the host.</param>
internal sealed class UnitKind(SystemdUnits units, ProcessTable processes, string unit, string? launchFile) : IEngineKind
{
    public bool OwnsCgroup => true;

    public LogOrigin Log => launchFile is not null ? LogOrigin.Written : LogOrigin.Copied;

    /// <summary>The unit of the agent's own template for an engine.</summary>
    public static string OwnUnit(string engine) => $"npu-engine@{engine}.service";

    public async Task<(ProcessId? Main, string? Problem)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation)
    {
        if (launchFile is not null)
            LaunchFile.Write(launchFile, launch);
        var refused = await units.StartAsync(unit, cancellation);
        // systemd may have gone on with a start whose caller did not wait for its end: the unit's own word counts.
        var (state, problem) = await units.ShowAsync(unit, cancellation);
        return MainOf(state) is { } main
            ? (main, null)
            : (null, $"{unit} was not started: {refused ?? problem ?? $"it is {state!.ActiveState}, its result is {state.Result}"}");
    }

    public async Task<ProcessId?> FindAsync(CancellationToken cancellation) => MainOf((await units.ShowAsync(unit, cancellation)).State);

    /// <summary>By the invocation, so that a copy which is begun anew holds this run from its first line, and no other run.</summary>
    public async Task<CommandLine?> PrintLogAsync(CancellationToken cancellation) =>
        (await units.ShowAsync(unit, cancellation)).State is { InvocationId.Length: > 0 } state
            ? SystemdUnits.Journal(state.InvocationId)
            : null;

    public async Task<EngineExit?> ExitAsync(CancellationToken cancellation) => (await units.ShowAsync(unit, cancellation)).State is { HasExited: true } state
        // Of a unit that was up, only a stop job has a limit of time: it was told to stop, and had to be killed.
        ? new EngineExit(state.ExitStatus, state.Result == "oom-kill") { StopTold = state.Result == "timeout" }
        : null;

    public Task<string?> AskToStopAsync(CancellationToken cancellation) => units.KillAsync(unit, whole: false, "SIGTERM", cancellation);

    public Task KillAllAsync(CancellationToken cancellation) => units.KillAsync(unit, whole: true, "SIGKILL", cancellation);

    public async Task<string?> CloseAsync(CancellationToken cancellation)
    {
        var refused = await units.StopAsync(unit, cancellation);
        var (state, problem) = await units.ShowAsync(unit, cancellation);
        if (state is { ActiveState: "failed" })
        {
            // Also puts systemd's own count of starts back: how often an engine may start is for the agent's budgets.
            await units.ForgetFailureAsync(unit, cancellation);
        }

        return state is { ActiveState: "inactive" or "failed" } ? null : $"{unit} was not stopped: {refused ?? problem ?? $"it is {state!.ActiveState}"}";
    }

    public async Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation)
    {
        var (state, problem) = await units.ShowAsync(unit, cancellation);
        if (state is null)
            return [$"unit {unit} could not be looked at: {problem}"];
        if (!state.IsKnown)
            return [$"systemd does not know the unit {unit} ({state.LoadState}); install it, then: systemctl daemon-reload"];
        List<string> cautions = [];
        if (state.Restart is not ("no" or ""))
            cautions.Add($"unit {unit} has Restart={state.Restart}: systemd and the agent would both restart it, and neither knows of the other; set Restart=no in a drop-in");
        if (launchFile is null)
            cautions.Add($"unit {unit} is the host's own: arguments and environment of the engine are those of the unit, not those of this file");
        return cautions;
    }

    private ProcessId? MainOf(UnitState? state) => state is { MainPid: > 0 } && processes.Read(state.MainPid) is { IsAlive: true } main ? main.Id : null;
}
