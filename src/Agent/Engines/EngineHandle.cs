using Agent.Adapters;
using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Configuration.Host;
using Agent.Domain.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Logs;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Agent.Engines.Starting;
using Agent.Engines.Stopping;
using Agent.ForeignText;

namespace Agent.Engines;

/// <summary>
/// One engine that outlives the agent: stopping, upgrading or killing the agent leaves it serving, and the next agent adopts
/// it by process id and start time, or asks its kind when the record was lost. What it runs in is the kind's affair; whether
/// it lives is read in /proc.
/// </summary>
internal sealed partial class EngineHandle
{
    private readonly EngineFolder _folder;
    private readonly KeptRun _kept;
    private readonly string _marker;
    private readonly IEngineKind _kind;
    private readonly ProcessTable _processes;
    private readonly EngineProcesses _own;
    private readonly EngineStandstill _standstill;
    private readonly EngineListener _listener;
    private readonly EngineSignals _signals;
    private readonly FoundRun _found;
    private readonly TimeProvider _clock;
    private readonly EngineLogRoom _room;
    private readonly BoundedLook<bool> _again = new();
    private readonly BoundedLook<MarkedProcesses> _leftovers = new();
    private readonly BoundedLook<string?> _pausedMain = new();
    private readonly BoundedLook<string?> _paused = new();

    private readonly KnownRun _known = new();
    private volatile bool _wanted = true;

    public EngineHandle(EngineSettings settings, string stateFolder, IEngineKind kind, ProcessTable processes, TimeProvider clock, TextGate? gate = null,
        CgroupFiles? cgroups = null)
    {
        Settings = settings;
        _folder = EngineFolder.Of(settings, stateFolder, kind.LogFolder);
        _kept = new KeptRun(_folder);
        _marker = MarkerOf(settings, stateFolder);
        _kind = kind;
        _processes = processes;
        _own = new EngineProcesses(kind, processes, _marker);
        _standstill = new EngineStandstill(kind, processes, cgroups ?? new CgroupFiles());
        _listener = new EngineListener(processes, processes.Sockets, processes.Files);
        _signals = new EngineSignals(settings, kind, _listener, processes);
        _found = new FoundRun(_folder, kind, _own, processes);
        _clock = clock;
        Gate = gate ?? TextGate.OfPatterns;
        _room = new EngineLogRoom(_folder, settings.Log, LogHold);
    }

    public EngineSettings Settings { get; }

    /// <summary>What lines of its log pass before they are kept.</summary>
    public TextGate Gate { get; }

    public EngineRun? Run => _known.Run;

    /// <summary>Files that this run wrote are not older, whatever the host's clock stamped on them.</summary>
    public DateTimeOffset? WritesSince => _clock.SetBy() is var by && by < TimeSpan.Zero ? Run?.StartedAt + by : Run?.StartedAt;

    public EngineLog? Log => _known.Log;

    /// <inheritdoc cref="KeptRun.Problem"/>
    public string? RecordProblem => _kept.Problem;

    /// <summary>What an open incident needs of its logs.</summary>
    public EngineLogHold LogHold { get; } = new();

    /// <summary>How its main process ended; null while it runs, and for an adopted process, whose parent is another.</summary>
    public EngineExit? Exit => _known.Now.Exit;

    /// <summary>False while an operator wants the engine stopped. It is the loop's: only the loop's memory sets it.</summary>
    public bool Wanted
    {
        get => _wanted;
        set => _wanted = value;
    }

    /// <summary>Why the last start was not begun; null when it was.</summary>
    public StartRefusal? Refusal
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    }

    /// <summary>What was still there after the last SIGKILL.</summary>
    public IReadOnlyList<ProcessEntry> Survivors
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    } = [];

    public EngineLife Life()
    {
        var known = _known.Now;
        if (known.Run is not { } run)
            return EngineLife.Stopped;
        if (_processes.IsAlive(run.Main))
            return EngineLife.Running;
        if (known.Exit is null && DetachedProcess.TryReap(run.ProcessId) is { } status)
            _known.End(run, new EngineExit(status, OutOfMemory: false));
        return known.StopAsked ? EngineLife.Stopped : EngineLife.Ended;
    }

    /// <param name="logicIds">Logic ids of its chips.</param>
    /// <param name="extra">Variables of this one run, over those of the configuration.</param>
    /// <param name="cancellation">The agent stops.</param>
    /// <returns>The run, or why there is none.</returns>
    public async Task<(EngineRun? Run, KindRefusal? Refusal)> StartAsync(IReadOnlyList<int> logicIds, IReadOnlyDictionary<string, string> extra,
        CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        var command = EngineCommandLine.Render(Settings);
        var (apiKey, keyProblem) = Settings.ApiKeyFile is { } file ? SecretFile.ReadApiKey(file) : (null, null);
        // Without its key it would serve everybody.
        if (keyProblem is not null)
            return (null, KindRefusal.OfEngine($"api_key_file {Settings.ApiKeyFile} {keyProblem}"));
        var environment = EngineCommandLine.Environment(Settings, apiKey, logicIds, _marker);
        foreach (var (name, value) in extra)
            environment[name] = value;
        var logFile = _folder.NewLogFile(now);
        // An engine without a log is better than none.
        var output = _kind.Log == LogOrigin.Written ? KeptRun.OutputOf(logFile) : logFile;
        var (started, refusal) = await _kind.LaunchAsync(new EngineLaunch(command, environment, output), cancellation);
        if (started is not { } main)
            return (null, refusal);

        var run = _own.RunOf(main, now, logFile, command.ToString());
        // At once: an agent that ends before the log's copier is known must not lose it.
        _kept.WriteNewest(() => run);
        Take(run, await CopyAsync(run, cancellation), keeps: true);
        Keep();
        if (output == logFile)
            _room.Make(run.LogFile);
        return (_known.Run, null);
    }

    /// <summary>Logs of the runs that are kept, the newest first.</summary>
    public IReadOnlyList<string> Logs() => _folder.LogFiles();

    /// <inheritdoc cref="EngineProcesses.Tree"/>
    public IReadOnlyList<ProcessEntry> Tree() => _own.Tree(_known.Run);

    /// <inheritdoc cref="EngineProcesses.Marked"/>
    public MarkedProcesses Marked() => _own.Marked(_known.Run);

    /// <summary>Processes of the engine that outlived its main process; null when none was found and some could not be read in time.</summary>
    public async Task<IReadOnlyList<ProcessEntry>?> LeftoversAsync(CancellationToken cancellation) =>
        Life() == EngineLife.Running ? []
            : (await _leftovers.SeeAsync(() => Task.FromResult(Marked()), _clock, cancellation)).Seen is { } seen && (seen.IsWhole || seen.Found.Count > 0)
                ? seen.Found : null;

    public bool IsAlive(ProcessEntry process) => IsAlive(process.Id);

    public bool IsAlive(ProcessId process) => _processes.IsAlive(process);

    /// <inheritdoc cref="EngineProcesses.ByHand"/>
    public ProcessEntry? ByHand(int pid) => _own.ByHand(Settings, pid);

    /// <summary>Whether anything of exactly this process is left, a thread in the driver too.</summary>
    public bool IsThere(ProcessId process) => _processes.IsThere(process);

    /// <summary>Whether a thread is one of this engine's: the kernel names what hangs by its threads.</summary>
    public bool Owns(int thread) => _processes.LeaderOf(thread) is { } pid && Tree().Any(p => p.Id.Pid == pid);

    /// <inheritdoc cref="EngineListener.ServerTimes"/>
    public IReadOnlyList<CpuTime>? ServerTimes() => Life() == EngineLife.Running ? _listener.ServerTimes(Tree(), Settings.Port) : null;

    /// <inheritdoc cref="EngineListener.Listens"/>
    public bool Listens() => Life() == EngineLife.Running && _listener.Listens(Tree, Settings.Port);

    /// <summary>Where in the kernel a thread of the process sleeps uninterruptibly; null when none does.</summary>
    public string? StuckIn(ProcessId process) => _processes.IsThere(process) ? _processes.StuckIn(process.Pid) : null;

    /// <summary>Whether the question was answered in time, and how the engine is paused.</summary>
    /// <inheritdoc cref="EngineStandstill.PausedAsync"/>
    public async Task<(bool Ended, string? How)> PausedAsync(bool asksKind, CancellationToken cancellation) =>
        _known.Run is { } run && Life() == EngineLife.Running
            // Whoever wants the kind asked must not get the answer of a look that asked the kernel alone.
            ? await (asksKind ? _paused : _pausedMain).SeeAsync(() => _standstill.PausedAsync(run, asksKind, CancellationToken.None), _clock, cancellation)
            : (true, null);

    /// <inheritdoc cref="EngineStandstill.MemoryKills"/>
    public long? MemoryKills() => _known.Run is { } run ? _standstill.MemoryKills(run) : null;

    /// <inheritdoc cref="EngineSignals.AskToStopAsync"/>
    public async Task<(ProcessId? Asked, string? Refused)> AskToStopAsync(CancellationToken cancellation)
    {
        return _known.AskToStop() is { } run ? await _signals.AskToStopAsync(run, Tree(), cancellation) : (null, null);
    }

    /// <inheritdoc cref="EngineSignals.KillAsync"/>
    public Task KillAsync(IEnumerable<ProcessEntry> processes, CancellationToken cancellation) => _signals.KillAsync(processes, cancellation);

    /// <summary>The last word of a stop: what it ran in is stopped too and starts nothing by itself. Null, or why it could not.</summary>
    public Task<KindRefusal?> CloseAsync(CancellationToken cancellation)
    {
        _known.Log?.StopCopying();
        return _kind.CloseAsync(cancellation);
    }

    /// <summary>What an operator should know of what the engine runs in.</summary>
    public Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation) => _kind.CautionsAsync(cancellation);

    /// <inheritdoc cref="KnownRun.Stopped"/>
    public void Stopped(EngineRun? run) => _known.Stopped(run);

    /// <summary>The engine's environment: of its living processes, else what is written down, else what a start by this agent gives it.</summary>
    public IReadOnlyDictionary<string, string> Environment() =>
        _own.Environment(_known.Run) ?? _kind.Given ?? DetachedStart.InheritedEnvironment(Settings.Environment);

    /// <inheritdoc cref="EngineProcesses.Evidence"/>
    public string Evidence() => _own.Evidence(_known.Run);

    /// <summary>The state folder is part of the marker: two agents in tests, or an old one, must not claim each other's engines.</summary>
    public static string MarkerOf(EngineSettings settings, string stateFolder) => $"{settings.Name}@{stateFolder}";

    private async Task<LogCopy?> CopyAsync(EngineRun run, CancellationToken cancellation) =>
        _kind.Log is LogOrigin.Copied or LogOrigin.CopiedWithEarlierRuns && await _kind.PrintLogAsync(cancellation) is { } print
            ? new LogCopy(print, run, _processes, _clock) : null;

    private void Take(EngineRun run, LogCopy? copy, bool keeps)
    {
        Refusal = null;
        // Whatever it takes the place of, by a look that came between too: two copiers of one engine's log would be left.
        _known.Begin(run, LogOf(run, copy, keeps)).Log?.StopCopying();
    }

    /// <summary>
    /// Keeps the run that is known. A start and a look that finds its process may both come here: whoever writes last writes what is known then.
    /// </summary>
    private void Keep() => _kept.WriteNewest(() => _known.Run);

    private EngineLog LogOf(EngineRun run, LogCopy? copy, bool keeps)
    {
        var bounds = keeps ? new EngineLogBounds(run.LogFile, Settings.Log, _room, FileHead.TryFree, Gate, _clock) : null;
        return new EngineLog(run, _clock, Gate, copy, bounds, Settings.HasFrontEnd);
    }
}
