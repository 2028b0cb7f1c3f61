using System.ComponentModel;
using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Engines.Runs;
using Agent.Engines.Starting;

namespace Agent.Engines.Kinds;

/// <summary>A process tree in a session of its own, started by the agent, with its output in a file.</summary>
/// <param name="processes">/proc.</param>
/// <param name="marker">Value of <see cref="EngineCommandLine.Marker"/>.</param>
/// <param name="user">The agent's user, whose processes its engines are.</param>
/// <param name="main">Tells which of the processes was started.</param>
internal sealed class ProcessKind(ProcessTable processes, string marker, uint user, MainProcess main) : IEngineKind
{
    public bool OwnsCgroup => false;

    public LogOrigin Log => LogOrigin.Written;

    public uint? User => user;

    public string? LogFolder => null;

    public IReadOnlyDictionary<string, string>? Given => null;

    public bool IsErrand(ProcessEntry process) => false;

    // EAGAIN, ENOMEM, ENFILE, EMFILE, ETXTBSY: the host has too little of something for the moment.
    private static readonly int[] Passing = [11, 12, 23, 24, 26];

    /// <param name="processes">/proc.</param>
    /// <param name="engine">The engine.</param>
    /// <param name="stateFolder">The agent's.</param>
    /// <param name="user">The agent's user.</param>
    public static ProcessKind Of(ProcessTable processes, EngineSettings engine, string stateFolder, uint user) =>
        new(
            processes,
            EngineHandle.MarkerOf(engine, stateFolder),
            user,
            new MainProcess(processes, line => EngineCommandLine.IsOf(engine, line), EngineFolder.Of(engine, stateFolder)));

    public Task<(ProcessId? Main, KindRefusal? Refusal)> LaunchAsync(EngineLaunch launch, CancellationToken cancellation)
    {
        try
        {
            return Answer(DetachedProcess.Start(new DetachedStart(launch.Command, DetachedStart.InheritedEnvironment(launch.Environment), launch.LogFile)),
                null);
        }
        catch (Win32Exception refused)
        {
            var text = $"{launch.Command.Program} could not be started: {refused.Message}";
            return Answer(null, !OperatingSystem.IsWindows()
                && Passing.Contains(refused.NativeErrorCode) ? new KindRefusal(RefusalClass.Passes, text) : KindRefusal.OfEngine(text));
        }

        static Task<(ProcessId? Main, KindRefusal? Refusal)> Answer(ProcessId? started, KindRefusal? refusal) => Task.FromResult((started, refusal));
    }

    public Task<ProcessId?> FindAsync(CancellationToken cancellation) =>
        Task.FromResult(main.Among([.. processes.WithMarker(EngineCommandLine.Marker, marker, user).Found.Where(p => p.IsAlive)])?.Id);

    public Task<CommandLine?> PrintLogAsync(CancellationToken cancellation) => Task.FromResult<CommandLine?>(null);

    public Task<string?> PausedAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

    public Task<EngineExit?> ExitAsync(CancellationToken cancellation) => Task.FromResult<EngineExit?>(null);

    public Task<string?> AskToStopAsync(CancellationToken cancellation) => Task.FromResult<string?>("the agent has no right to signal it");

    /// <summary>A process that runs with the agent's rights and cannot be signalled belongs to another.</summary>
    public Task KillAllAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<KindRefusal?> CloseAsync(CancellationToken cancellation) => Task.FromResult<KindRefusal?>(null);

    public Task<IReadOnlyList<string>> CautionsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>(
        IsConfined
            ? ["kind process runs inside the limits of the agent's own unit: it may write below its state folder alone and bind nothing to a core or memory "
                + "node; kind: systemd runs it in a unit of its own"]
            : []);

    // This is true in the agent's unit. A container may filter calls, too, but it lets its processes gain rights.
    private bool IsConfined => processes.Text(Environment.ProcessId, "status") is { } status
        && status.Contains("\nNoNewPrivs:\t1\n", StringComparison.Ordinal)
        && status.Contains("\nSeccomp:\t2\n", StringComparison.Ordinal);
}
