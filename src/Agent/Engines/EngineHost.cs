using System.Globalization;
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
    private readonly string _folder;
    private readonly string _marker;
    private readonly IEngineKind _kind;
    private readonly ProcessTable _processes;
    private readonly TimeProvider _clock;

    /// <summary>Replaced as a whole, never changed: probes on other threads read it.</summary>
    private volatile Known _known;

    public EngineHost(EngineSettings settings, string stateFolder, IEngineKind kind, ProcessTable processes, TimeProvider clock)
    {
        Settings = settings;
        _folder = Path.Combine(stateFolder, "engines", settings.Name);
        _marker = MarkerOf(settings, stateFolder);
        _kind = kind;
        _processes = processes;
        _clock = clock;
        _known = new Known(null, null, Wanted: true, StopAsked: false, ExitStatus: null);
    }

    public EngineSettings Settings { get; }

    public EngineRun? Run => _known.Run;

    public EngineLog? Log => _known.Log;

    /// <summary>Exit code, or minus the signal; null while it runs and for an adopted engine, whose parent is another.</summary>
    public int? ExitStatus => _known.ExitStatus;

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

    private string RunFile => Path.Combine(_folder, "run.json");

    public EngineLife Life()
    {
        var known = _known;
        if (known.Run is not { } run)
            return EngineLife.Stopped;
        if (_processes.IsAlive(run.Main))
            return EngineLife.Running;
        if (known.ExitStatus is null && DetachedProcess.TryReap(run.ProcessId) is { } status)
            _known = known with { ExitStatus = status };
        return known.StopAsked ? EngineLife.Stopped : EngineLife.Ended;
    }

    /// <summary>Takes over an engine that an earlier agent started. A record of an earlier boot says nothing.</summary>
    public async Task<bool> AdoptAsync(CancellationToken cancellation)
    {
        var run = EngineRunFile.Read(RunFile);
        if (run is not null && run.BootId != _processes.BootId())
            run = null;
        if (run is null || !_processes.IsAlive(run.Main))
            run = Found(await _kind.FindAsync(cancellation), run) ?? run;
        if (run is null)
            return false;

        Take(run);
        return true;
    }

    /// <param name="logicIds">Logic ids of its chips.</param>
    /// <param name="extra">Variables of this one run, over those of the configuration.</param>
    /// <param name="cancellation">The agent stops.</param>
    /// <returns>The run, or why there is none.</returns>
    public async Task<(EngineRun? Run, string? Problem)> StartAsync(IReadOnlyList<int> logicIds, IReadOnlyDictionary<string, string> extra, CancellationToken cancellation)
    {
        var now = _clock.GetUtcNow();
        Directory.CreateDirectory(_folder);
        var command = EngineCommandLine.Render(Settings);
        var environment = EngineCommandLine.Environment(Settings, logicIds, _marker);
        foreach (var (name, value) in extra)
            environment[name] = value;
        var logFile = Path.Combine(_folder, now.UtcDateTime.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture) + ".log");
        var (started, problem) = await _kind.LaunchAsync(new EngineLaunch(command, environment, logFile), cancellation);
        if (started is not { } main)
            return (null, problem);

        var run = new EngineRun(main.Pid, main.StartTicks, _processes.BootId(), now, logFile, command.ToString());
        EngineRunFile.Write(RunFile, run);
        Take(run);
        EngineLogFiles.KeepNewest(_folder, count: 10);
        return (run, null);
    }

    /// <summary>Logs of the runs that are kept, the newest first.</summary>
    public IReadOnlyList<string> Logs() => Directory.Exists(_folder) ? [.. Directory.EnumerateFiles(_folder, "*.log").OrderDescending(StringComparer.Ordinal)] : [];

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
        return [.. marked.Where(p => p.Id == run.Main || descendants.Contains(p.Id.Pid) || p.SessionId == run.ProcessId)];
    }

    /// <summary>Every live process that carries this engine's marker, of this run or an earlier one.</summary>
    public IReadOnlyList<ProcessEntry> Marked() => [.. _processes.WithMarker(EngineCommandLine.Marker, _marker).Where(p => p.IsAlive)];

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
        return _known.Run is { } run ? await _kind.AskToStopAsync(run.Main, cancellation) : null;
    }

    public async Task KillAsync(IEnumerable<ProcessEntry> processes, CancellationToken cancellation)
    {
        var refused = false;
        foreach (var process in processes)
            refused |= _processes.Signal(process.Id, Signals.Kill) == SignalOutcome.NotAllowed;
        if (refused)
            await _kind.KillAllAsync(cancellation);
    }

    /// <summary>The last word of a stop: what it ran in is stopped too and starts nothing by itself.</summary>
    public Task CloseAsync(CancellationToken cancellation) => _kind.CloseAsync(cancellation);

    /// <summary>Marks a run that ended as ended on request, so that no probe reports it as a fault.</summary>
    public void ForgetRun() => _known = _known with { StopAsked = true };

    /// <summary>The engine's environment: of its living processes, else what a start by this agent gives it.</summary>
    public IReadOnlyDictionary<string, string> Environment() =>
        Marked().Select(p => _processes.Environment(p.Id.Pid)).OfType<IReadOnlyDictionary<string, string>>().FirstOrDefault()
        ?? DetachedStart.InheritedEnvironment(Settings.Environment);

    public string Evidence() => string.Join('\n', Marked().Select(p => _processes.Evidence(p.Id.Pid)));

    /// <summary>The state folder is part of the marker: two agents in tests, or an old one, must not claim each other's engines.</summary>
    public static string MarkerOf(EngineSettings settings, string stateFolder) => $"{settings.Name}@{stateFolder}";

    private EngineRun? Found(ProcessId? found, EngineRun? lost)
    {
        if (found is not { } main || !Directory.Exists(_folder))
            return null;
        var log = Directory.EnumerateFiles(_folder, "*.log").Max(StringComparer.Ordinal);
        return log is null ? null : new EngineRun(main.Pid, main.StartTicks, _processes.BootId(), lost?.StartedAt ?? _clock.GetUtcNow(), log, _processes.Read(main.Pid)?.CommandLine ?? "");
    }

    private void Take(EngineRun run) =>
        _known = _known with { Run = run, Log = new EngineLog(run.LogFile, run.StartedAt, _clock), StopAsked = false, ExitStatus = null };

    private sealed record Known(EngineRun? Run, EngineLog? Log, bool Wanted, bool StopAsked, int? ExitStatus);
}
