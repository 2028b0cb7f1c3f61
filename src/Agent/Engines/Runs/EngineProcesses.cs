using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Starting;

namespace Agent.Engines.Runs;

/// <summary>
/// Finds the processes of the host that belong to one engine. The kind decides the user of its engines. A process of another user is never taken
/// for the engine's, whatever its environment or a record says. Otherwise a stranger could make the agent watch his process, or kill another one.
/// </summary>
internal sealed class EngineProcesses(IEngineKind kind, ProcessTable processes, string marker)
{
    /// <summary>
    /// Whether the process of a record may be an engine of this kind. The cgroup decides if the kind has one of its own, otherwise the user decides.
    /// </summary>
    public bool MayBe(EngineRun run)
    {
        var user = processes.UserOf(run.ProcessId);
        if (kind.User is { } own && user != own)
            return false;
        return run.Cgroup is { } cgroup ? processes.InCgroup(cgroup).Any(p => p.Id == run.Main) : run.User is null || user == run.User;
    }

    /// <summary>The main process, its descendants and its whole session. All of them have to be gone before a start.</summary>
    public IReadOnlyList<ProcessEntry> Tree(EngineRun? known)
    {
        if (known is not { } run)
            return [];
        var main = processes.Read(run.ProcessId);
        var isMain = main is not null && main.Id == run.Main;
        // A session id is the pid of its leader. If the pid was used again, the session is another's, so the marker decides.
        var marked = Marked(run).Found;
        if (run.Cgroup is not null)
            return marked;
        // All processes below a living main process are the engine's, marked or not: a person or a wrapper gave it other variables.
        List<ProcessEntry> below = isMain ? [main!, .. processes.Descendants(run.ProcessId)] : [];
        var user = kind.User ?? run.User;
        return
        [
            .. below.Where(p => p.IsAlive && !kind.IsErrand(p) && (user is null || processes.UserOf(p.Id.Pid) == user))
                .Concat(marked.Where(p => p.SessionId == run.ProcessId || p.Id == run.Main))
                .DistinctBy(p => p.Id),
        ];
    }

    /// <summary>
    /// Every living process of this engine, of this run or an earlier one. If the kind has a cgroup of its own, the
    /// cgroup of the run tells. The marker also tells, among the processes of its user whose environment may be read.
    /// </summary>
    public MarkedProcesses Marked(EngineRun? run)
    {
        var marked = (kind.User ?? run?.User) is { } user ? processes.WithMarker(EngineCommandLine.Marker, marker, user) : new MarkedProcesses([], true);
        var inCgroup = run?.Cgroup is { } cgroup ? processes.InCgroup(cgroup) : [];
        return marked with { Found = [.. marked.Found.Concat(inCgroup).DistinctBy(p => p.Id).Where(p => p.IsAlive && !kind.IsErrand(p))] };
    }

    /// <summary>
    /// The topmost process, this one or one above it, that has the engine's command line and is not the agent's: somebody started it by hand.
    /// </summary>
    public ProcessEntry? ByHand(EngineSettings engine, int pid)
    {
        ProcessEntry? found = null;
        for (var process = processes.Read(pid); process is { Id.Pid: > 1 }; process = processes.Read(process.ParentPid))
            found = EngineCommandLine.IsOf(engine, process.CommandLine) ? process : found;
        return found;
    }

    /// <summary>The environment that a living process of the engine has; null when none may be read.</summary>
    public IReadOnlyDictionary<string, string>? Environment(EngineRun? run) =>
        Marked(run).Found.Concat(Tree(run)).Select(p => processes.Environment(p.Id.Pid)).OfType<IReadOnlyDictionary<string, string>>().FirstOrDefault();

    /// <summary>The details that /proc shows of its processes, also of those below the main process that do not give their environment.</summary>
    public string Evidence(EngineRun? run) =>
        string.Join('\n', Marked(run).Found.Concat(Tree(run)).DistinctBy(p => p.Id).Select(p => processes.Evidence(p.Id.Pid)));

    /// <summary>The record of a run with this main process.</summary>
    public EngineRun RunOf(ProcessId main, DateTimeOffset at, string logFile, string command) =>
        new(main.Pid, main.StartTicks, processes.BootId(), at, logFile, command)
        {
            Cgroup = kind.OwnsCgroup ? OwnCgroup(main.Pid) : null,
            User = processes.UserOf(main.Pid),
        };

    /// <summary>A container tool without cgroups leaves the engine in the agent's cgroup, which does not belong to the engine alone.</summary>
    private string? OwnCgroup(int pid) => processes.Cgroup(pid) is { } cgroup && cgroup != processes.Cgroup(System.Environment.ProcessId) ? cgroup : null;
}
