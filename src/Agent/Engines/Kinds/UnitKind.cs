using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Domain.Faults;

namespace Agent.Engines.Kinds;

/// <summary>
/// A systemd unit. It is the agent's own template, which runs the start that the agent wrote into a file
/// (<see cref="LaunchFile"/>), or a unit of the host, which knows its own command. The unit's cgroup holds the
/// whole tree, even if its environment cannot be read. systemd signals the processes that the agent may not signal.
/// </summary>
/// <param name="units">systemd.</param>
/// <param name="processes">/proc.</param>
/// <param name="unit">Its full name.</param>
/// <param name="own">The agent's own template; null for a unit of the host.</param>
internal sealed class UnitKind(SystemdUnits units, ProcessTable processes, string unit, OwnUnit? own) : IEngineKind
{
    private const int MostLooks = 20;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    public UnitKind(SystemdUnits units, ProcessTable processes, OwnUnit own)
        : this(units, processes, own.Name, own)
    {
    }

    public bool OwnsCgroup => true;

    public LogOrigin Log => own is not null ? LogOrigin.WrittenBehindMark : LogOrigin.Copied;

    public IReadOnlyDictionary<string, string> Known => new Dictionary<string, string>(StringComparer.Ordinal) { [Placeholders.Unit] = unit };

    public uint? User => null;

    public string? LogFolder => own?.LogFolder;

    public IReadOnlyDictionary<string, string>? Given => own?.Environment();

    /// <summary>
    /// An engine that takes the name of an errand hides from the agent alone: systemd ends everything in the unit before it calls the unit stopped.
    /// </summary>
    public bool IsErrand(ProcessEntry process) =>
        own is not null && (OwnUnit.Errands.Any(words => process.CommandLine == $"{words} {own.Engine}") || OwnUnit.IsBeingStarted(process.CommandLine));

    public async Task<(ProcessId? Main, KindRefusal? Refusal)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation)
    {
        if (own is not null)
        {
            // The engine would run unseen, and would be started again and again.
            if (processes.HidesOthers)
                return (null, KindRefusal.Person(Hidden));
            LaunchFile.Write(own, launch);
        }

        var refused = await units.StartAsync(unit, cancellation);
        // systemd may have gone on with a start although the caller did not wait for its end. So the state of the unit decides.
        var (state, problem) = await units.ShowAsync(unit, cancellation);
        if (MainOf(state) is { } main)
            return (main, null);
        var said = own is not null && state is { InvocationId.Length: > 0 } ? await units.LastLineAsync(state.InvocationId, cancellation) : "";
        return (null, Classified(refused ?? problem, state, said, "was not started"));
    }

    public async Task<ProcessId?> FindAsync(CancellationToken cancellation)
    {
        for (var looks = 1; ; looks++)
        {
            var (state, _) = await units.ShowAsync(unit, cancellation);
            var main = MainOf(state);
            if (looks == MostLooks || state is null || !(main is null ? IsBetweenRuns(state) : IsBecoming(state)))
                return main;
            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    /// <summary>The log is chosen by the invocation. So a new copy holds this run from its first line, and no other run.</summary>
    public async Task<CommandLine?> PrintLogAsync(CancellationToken cancellation) =>
        (await units.ShowAsync(unit, cancellation)).State is { InvocationId.Length: > 0 } state
            ? SystemdUnits.Journal(state.InvocationId)
            : null;

    public async Task<EngineExit?> ExitAsync(CancellationToken cancellation) => (await units.ShowAsync(unit, cancellation)).State is { HasExited: true } state
        // If the unit was up, only a stop job has a time limit. So the unit was told to stop, and had to be killed.
        ? new EngineExit(state.ExitStatus, state.Result == "oom-kill") { StopTold = state.Result == "timeout" }
        : null;

    public async Task<string?> PausedAsync(CancellationToken cancellation) =>
        (await units.ShowAsync(unit, cancellation)).State is { IsFrozen: true } ? $"unit {unit} is frozen; `systemctl thaw {unit}` lets it go on" : null;

    public async Task<string?> AskToStopAsync(CancellationToken cancellation) => (await units.KillAsync(unit, whole: false, "SIGTERM", cancellation))?.Text;

    public async Task KillAllAsync(CancellationToken cancellation)
    {
        // When the main process is gone, systemd ends the rest by itself (KillMode=mixed).
        // A later signal to all would hit the errand that clears after the engine.
        if (own is not null && (await units.ShowAsync(unit, cancellation)).State is { IsOnItsWay: true, MainPid: 0 })
            return;
        await units.KillAsync(unit, whole: true, "SIGKILL", cancellation);
    }

    public async Task<KindRefusal?> CloseAsync(CancellationToken cancellation)
    {
        var refused = await units.StopAsync(unit, cancellation);
        var (state, problem) = await units.ShowAsync(unit, cancellation);
        if (state is { ActiveState: "failed" })
        {
            // This also resets systemd's own count of starts, because the agent's budgets decide how often an engine may start.
            await units.ForgetFailureAsync(unit, cancellation);
        }

        return state is { ActiveState: "inactive" or "failed" } ? null : Classified(refused ?? problem, state, "", "was not stopped");
    }

    public async Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation)
    {
        var (state, problem) = await units.ShowAsync(unit, cancellation);
        if (state is null)
            return [$"unit {unit} could not be looked at: {problem}"];
        if (state.LoadState == "masked")
            return [$"somebody masked the unit {unit}, so it cannot be started; systemctl unmask {unit}"];
        if (!state.IsKnown)
            return [$"systemd does not know the unit {unit} ({state.LoadState}); install it, then: systemctl daemon-reload"];
        List<string> cautions = [];
        if (own?.Missing() is { } missing)
            cautions.Add(missing);
        if (own is not null && processes.HidesOthers)
            cautions.Add(Hidden);
        if (state.Restart is not ("no" or ""))
            cautions.Add($"unit {unit} has Restart={state.Restart}: systemd and the agent would both restart it, and neither knows of the other; set "
                + $"Restart=no in a drop-in");
        if (own is null && state.OomPolicy == "stop")
            cautions.Add($"unit {unit} has OOMPolicy=stop: if memory runs out and the kernel kills one process of it, systemd ends the whole engine in its "
                + $"own time; set OOMPolicy=continue in a drop-in: then the agent judges the engine by its work, and restarts it at once if it died");
        if (own is null)
            cautions.Add($"unit {unit} is the host's own: arguments and environment of the engine are those of the unit, not those of this file");
        return cautions;
    }

    private const string Hidden =
        "/proc shows this user no process of others (mounted with hidepid), so an engine of another user would not be seen; mount it with gid= the group "
            + "npu-agent";

    /// <summary>
    /// Somebody may be starting the unit again. Then it has not ended, and no main
    /// process is there. Or systemd has not yet noticed that the process is gone.
    /// </summary>
    private static bool IsBetweenRuns(UnitState state) => state.IsOnItsWay || state.MainPid > 0;

    /// <summary>A main process that has not become the engine yet has not yet marked the place in the log where it begins.</summary>
    private bool IsBecoming(UnitState state) =>
        own is not null && (state.ActiveState == "activating" || processes.Read(state.MainPid)?.CommandLine == $"{OwnUnit.Becoming} {own.Engine}");

    /// <summary>The unit's own words count together with those of systemctl, because systemctl often says only that a job failed.</summary>
    private KindRefusal Classified(ToolRefusal? refused, UnitState? state, string said, string what)
    {
        var text = said.Length > 0 ? said : refused?.Text
            ?? $"it is {state!.ActiveState}{(state.Result is "success" or "" ? "" : $", its result is {state.Result}")}";
        var words = $"{said}\n{refused?.Said}\nLoadState={state?.LoadState}\nResult={state?.Result}";
        return RefusalWords.Classify(UnitRefusals.All, new ToolRefusal(text, words, refused?.End ?? ProcessEnd.Exited), $"{unit} {what}", Known);
    }

    private ProcessId? MainOf(UnitState? state) => state is { MainPid: > 0 } && processes.Read(state.MainPid) is { IsAlive: true } main ? main.Id : null;
}
