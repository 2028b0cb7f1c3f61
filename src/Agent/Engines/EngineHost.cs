using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Engines.Kinds;
using Agent.Engines.Starting;

namespace Agent.Engines;

/// <summary>How the main process of an engine is, as far as /proc tells.</summary>
internal enum EngineLife
{
    /// <summary>Never started by this agent, or ended on request.</summary>
    Stopped,
    Running,

    /// <summary>Gone, and nobody asked it to go.</summary>
    Ended,
}

/// <summary>
/// One engine that outlives the agent: stopping, upgrading or killing the agent leaves it serving, and the next agent adopts
/// it by process id and start time, or asks its kind when the record was lost. What it runs in is the kind's affair; whether
/// it lives is read in /proc.
/// </summary>
internal sealed class EngineHost
{
    private readonly EngineFolder _folder;
    private readonly string _marker;
    private readonly IEngineKind _kind;
    private readonly ProcessTable _processes;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _lookingAgain = new(1, 1);

    /// <summary>Replaced as a whole, never changed: probes on other threads read it.</summary>
    private volatile Known _known;

    public EngineHost(EngineSettings settings, string stateFolder, IEngineKind kind, ProcessTable processes, TimeProvider clock)
    {
        Settings = settings;
        _folder = new EngineFolder(Path.Combine(stateFolder, "engines", settings.Name));
        _marker = MarkerOf(settings, stateFolder);
        _kind = kind;
        _processes = processes;
        _clock = clock;
        _known = new Known(null, null, Wanted: true, StopAsked: false, Exit: null);
    }

    public EngineSettings Settings { get; }

    public EngineRun? Run => _known.Run;

    public EngineLog? Log => _known.Log;

    /// <summary>How its main process ended; null while it runs, and for an adopted process, whose parent is another.</summary>
    public EngineExit? Exit => _known.Exit;

    /// <summary>False while an operator wants the engine stopped.</summary>
    public bool Wanted
    {
        get => _known.Wanted;
        set => _known = _known with { Wanted = value };
    }

    /// <summary>Why the last start was not begun; null when it was.</summary>
    public StartRefusal? Refusal { get; set; }

    /// <summary>What was still there after the last SIGKILL.</summary>
    public IReadOnlyList<ProcessEntry> Survivors { get; set; } = [];

    /// <summary>The agent itself asked the engine to stop.</summary>
    public bool StopAsked => _known.StopAsked;

    public EngineLife Life()
    {
        var known = _known;
        if (known.Run is not { } run)
            return EngineLife.Stopped;
        if (_processes.IsAlive(run.Main))
            return EngineLife.Running;
        if (known.Exit is null && DetachedProcess.TryReap(run.ProcessId) is { } status)
            _known = known with { Exit = new EngineExit(status, OutOfMemory: false) };
        return known.StopAsked ? EngineLife.Stopped : EngineLife.Ended;
    }

    /// <summary>Takes over an engine that runs, whoever started it. A record of an earlier boot says nothing.</summary>
    /// <param name="keeps">Whether what is found is kept; a one-shot command changes nothing.</param>
    /// <param name="cancellation">The agent stops.</param>
    public async Task<bool> AdoptAsync(bool keeps, CancellationToken cancellation)
    {
        var run = _folder.ReadRun();
        if (run is not null && run.BootId != _processes.BootId())
            run = null;
        if (run is null || !_processes.IsAlive(run.Main))
            run = await FoundAsync(run, keeps, cancellation) ?? run;
        if (run is null)
            return false;

        Take(run, keeps ? await CopyAsync(run, cancellation) : null);
        return true;
    }

    /// <summary>
    /// Asks what became of an engine whose main process went: somebody else may have started it again, by hand or by a
    /// service manager's own rules, and that one is taken over. Otherwise how it ended is asked for.
    /// </summary>
    public async Task LookAgainAsync(CancellationToken cancellation)
    {
        await _lookingAgain.WaitAsync(cancellation);
        try
        {
            if (_known.Run is { } run && Life() == EngineLife.Ended)
                await LookAgainAsync(run, cancellation);
        }
        finally
        {
            _lookingAgain.Release();
        }
    }

    private async Task LookAgainAsync(EngineRun run, CancellationToken cancellation)
    {
        var successor = await FoundAsync(run, keeps: true, cancellation);
        var exit = successor is null ? _known.Exit ?? await ExitAsync(cancellation) : null;
        // A stop or a start may have come between.
        if (_known.Run != run || _known.StopAsked)
            return;
        if (successor is not null)
            Take(successor, await CopyAsync(successor, cancellation));
        else if (exit is not null)
            _known = _known with { Exit = exit };
    }

    /// <param name="logicIds">Logic ids of its chips.</param>
    /// <param name="extra">Variables of this one run, over those of the configuration.</param>
    /// <param name="cancellation">The agent stops.</param>
    /// <returns>The run, or why there is none.</returns>
    public async Task<(EngineRun? Run, string? Problem)> StartAsync(IReadOnlyList<int> logicIds, IReadOnlyDictionary<string, string> extra, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var command = EngineCommandLine.Render(Settings);
        var environment = EngineCommandLine.Environment(Settings, logicIds, _marker);
        foreach (var (name, value) in extra)
            environment[name] = value;
        _folder.Create();
        var logFile = _folder.NewLogFile(now);
        var (started, problem) = await _kind.LaunchAsync(new EngineLaunch(command, environment, logFile), cancellation);
        if (started is not { } main)
            return (null, problem);

        var run = RunOf(main, now, logFile, command.ToString());
        _folder.WriteRun(run);
        Take(run, await CopyAsync(run, cancellation));
        EngineLogFiles.KeepNewest(_folder.Path, count: 10);
        return (run, null);
    }

    /// <summary>Logs of the runs that are kept, the newest first.</summary>
    public IReadOnlyList<string> Logs() => _folder.LogFiles();

    /// <summary>The main process, its descendants and all of its session: what has to be gone before a start.</summary>
    public IReadOnlyList<ProcessEntry> Tree()
    {
        if (_known.Run is not { } run)
            return [];
        var main = _processes.Read(run.ProcessId);
        var isMain = main is not null && main.Id == run.Main;
        var descendants = isMain ? _processes.Descendants(run.ProcessId).Select(p => p.Id.Pid).ToHashSet() : [];
        // A session id is the pid of its leader, so it may be another's once the pid was used again: the marker decides.
        var marked = Marked();
        return [.. run.Cgroup is not null ? marked : marked.Where(p => p.Id == run.Main || descendants.Contains(p.Id.Pid) || p.SessionId == run.ProcessId)];
    }

    /// <summary>
    /// Every live process of this engine, of this run or an earlier one: by its marker where the environment may be read, and
    /// by the cgroup of the run where its kind has one of its own.
    /// </summary>
    public IReadOnlyList<ProcessEntry> Marked()
    {
        var marked = _processes.WithMarker(EngineCommandLine.Marker, _marker);
        var inCgroup = _known.Run?.Cgroup is { } cgroup ? _processes.InCgroup(cgroup) : [];
        return [.. marked.Concat(inCgroup).DistinctBy(p => p.Id).Where(p => p.IsAlive)];
    }

    /// <summary>Processes of the engine that outlived its main process.</summary>
    public IReadOnlyList<ProcessEntry> Leftovers() => Life() == EngineLife.Running ? [] : Marked();

    public bool IsAlive(ProcessEntry process) => _processes.IsAlive(process.Id);

    /// <summary>Whether anything of exactly this process is left, a thread in the driver too.</summary>
    public bool IsThere(ProcessId process) => _processes.IsThere(process);

    /// <summary>Where in the kernel a thread of the process sleeps uninterruptibly; null when none does.</summary>
    public string? StuckIn(ProcessId process) => _processes.IsThere(process) ? _processes.StuckIn(process.Pid) : null;

    /// <summary>SIGTERM to the main process only: a worker that gets it dies at once and breaks vLLM's own drain.</summary>
    /// <returns>Null when it was sent, otherwise why not.</returns>
    public async Task<string?> AskToStopAsync(CancellationToken cancellation)
    {
        _known = _known with { StopAsked = true };
        return _known.Run is { } run && _processes.Signal(run.Main, Signals.Terminate) == SignalOutcome.NotAllowed ? await _kind.AskToStopAsync(cancellation) : null;
    }

    public async Task KillAsync(IEnumerable<ProcessEntry> processes, CancellationToken cancellation)
    {
        var refused = false;
        foreach (var process in processes)
            refused |= _processes.Signal(process.Id, Signals.Kill) == SignalOutcome.NotAllowed;
        if (refused)
            await _kind.KillAllAsync(cancellation);
    }

    /// <summary>The last word of a stop: what it ran in is stopped too and starts nothing by itself. Null, or why it could not.</summary>
    public Task<string?> CloseAsync(CancellationToken cancellation)
    {
        _known.Log?.StopCopying();
        return _kind.CloseAsync(cancellation);
    }

    /// <summary>What an operator should know of what the engine runs in.</summary>
    public Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation) => _kind.CautionsAsync(cancellation);

    /// <summary>Marks a run that ended as ended on request, so that no probe reports it as a fault.</summary>
    public void ForgetRun() => _known = _known with { StopAsked = true };

    /// <summary>The engine's environment: of its living processes, else what a start by this agent gives it.</summary>
    public IReadOnlyDictionary<string, string> Environment() =>
        Marked().Select(p => _processes.Environment(p.Id.Pid)).OfType<IReadOnlyDictionary<string, string>>().FirstOrDefault()
        ?? DetachedStart.InheritedEnvironment(Settings.Environment);

    public string Evidence() => string.Join('\n', Marked().Select(p => _processes.Evidence(p.Id.Pid)));

    /// <summary>The state folder is part of the marker: two agents in tests, or an old one, must not claim each other's engines.</summary>
    public static string MarkerOf(EngineSettings settings, string stateFolder) => $"{settings.Name}@{stateFolder}";

    /// <summary>Asked once what it printed last has come: a container is said to run until then, and the log may tell who stopped it.</summary>
    private async Task<EngineExit?> ExitAsync(CancellationToken cancellation)
    {
        if (_known.Log is { } log)
            await log.SettleAsync(cancellation);
        return await _kind.ExitAsync(cancellation);
    }

    /// <param name="before">The last run that is known of; its log tells how much of the next one's is not its own.</param>
    private async Task<EngineRun?> FoundAsync(EngineRun? before, bool keeps, CancellationToken cancellation)
    {
        if (await _kind.FindAsync(cancellation) is not { } main)
            return null;
        var now = _clock.GetUtcNow();
        var logFile = (_kind.Log == LogOrigin.Written ? _folder.NewestLogFile() : null) ?? _folder.NewLogFile(now);
        var run = RunOf(main, now, logFile, _processes.Read(main.Pid)?.CommandLine ?? "") with
        {
            LogBegin = _kind.Log == LogOrigin.CopiedWithEarlierRuns && before is not null ? EngineLogFiles.LengthOf(before.LogFile) : 0,
        };
        if (keeps)
            _folder.WriteRun(run);
        return run;
    }

    private EngineRun RunOf(ProcessId main, DateTimeOffset at, string logFile, string command) =>
        new(main.Pid, main.StartTicks, _processes.BootId(), at, logFile, command) { Cgroup = _kind.OwnsCgroup ? OwnCgroup(main.Pid) : null };

    /// <summary>A container tool without cgroups leaves the engine in the agent's, which is not the engine's alone.</summary>
    private string? OwnCgroup(int pid) => _processes.Cgroup(pid) is { } cgroup && cgroup != _processes.Cgroup(System.Environment.ProcessId) ? cgroup : null;

    private async Task<LogCopy?> CopyAsync(EngineRun run, CancellationToken cancellation) =>
        _kind.Log != LogOrigin.Written && await _kind.PrintLogAsync(cancellation) is { } print ? new LogCopy(print, run, _processes, _clock) : null;

    private void Take(EngineRun run, LogCopy? copy)
    {
        _known.Log?.StopCopying();
        _known = _known with { Run = run, Log = new EngineLog(run, _clock, copy), StopAsked = false, Exit = null };
    }

    private sealed record Known(EngineRun? Run, EngineLog? Log, bool Wanted, bool StopAsked, EngineExit? Exit);
}
