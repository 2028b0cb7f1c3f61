using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Engines.Kinds;

namespace Agent.Engines;

/// <summary>
/// Which processes of the host are one engine's. A process of another user than the kind's engines run as is never taken for
/// one, whatever its environment or a record says: a stranger would have himself watched, or somebody else killed.
/// </summary>
internal sealed class EngineProcesses(IEngineKind kind, ProcessTable processes, string marker)
{
    /// <summary>Whether the process that a record names may be an engine of this kind: by its cgroup where it has one of its own, otherwise by its user.</summary>
    public bool MayBe(EngineRun run)
    {
        var user = processes.UserOf(run.ProcessId);
        if (kind.User is { } own && user != own)
            return false;
        return run.Cgroup is { } cgroup ? processes.InCgroup(cgroup).Any(p => p.Id == run.Main) : run.User is null || user == run.User;
    }

    /// <summary>The main process, its descendants and all of its session: what has to be gone before a start.</summary>
    public IReadOnlyList<ProcessEntry> Tree(EngineRun? known)
    {
        if (known is not { } run)
            return [];
        var main = processes.Read(run.ProcessId);
        var isMain = main is not null && main.Id == run.Main;
        // A session id is the pid of its leader, so it may be another's once the pid was used again: the marker decides.
        var marked = Marked(run);
        if (run.Cgroup is not null)
            return marked;
        // Below a main process that lives everything is the engine's, marked or not: a person or a wrapper gave it other variables.
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
    /// Every live process of this engine, of this run or an earlier one: by the cgroup of the run where its kind has one of its
    /// own, and by its marker where the environment may be read, among the processes of its user.
    /// </summary>
    public IReadOnlyList<ProcessEntry> Marked(EngineRun? run)
    {
        var marked = (kind.User ?? run?.User) is { } user ? processes.WithMarker(EngineCommandLine.Marker, marker, user) : [];
        var inCgroup = run?.Cgroup is { } cgroup ? processes.InCgroup(cgroup) : [];
        return [.. marked.Concat(inCgroup).DistinctBy(p => p.Id).Where(p => p.IsAlive && !kind.IsErrand(p))];
    }

    /// <summary>The process above this one, or itself, that has the engine's command line without being the agent's: somebody started it by hand.</summary>
    public ProcessEntry? ByHand(EngineSettings engine, int pid)
    {
        ProcessEntry? found = null;
        for (var process = processes.Read(pid); process is { Id.Pid: > 1 }; process = processes.Read(process.ParentPid))
            found = EngineCommandLine.IsOf(engine, process.CommandLine) ? process : found;
        return found;
    }

    /// <summary>The environment that a living process of the engine has; null when none may be read.</summary>
    public IReadOnlyDictionary<string, string>? Environment(EngineRun? run) =>
        Marked(run).Concat(Tree(run)).Select(p => processes.Environment(p.Id.Pid)).OfType<IReadOnlyDictionary<string, string>>().FirstOrDefault();

    /// <summary>What /proc tells of its processes.</summary>
    public string Evidence(EngineRun? run) => string.Join('\n', Marked(run).Select(p => processes.Evidence(p.Id.Pid)));

    /// <summary>The record of a run whose main process is this one.</summary>
    public EngineRun RunOf(ProcessId main, DateTimeOffset at, string logFile, string command) =>
        new(main.Pid, main.StartTicks, processes.BootId(), at, logFile, command)
        {
            Cgroup = kind.OwnsCgroup ? OwnCgroup(main.Pid) : null,
            User = processes.UserOf(main.Pid),
        };

    /// <summary>A container tool without cgroups leaves the engine in the agent's, which is not the engine's alone.</summary>
    private string? OwnCgroup(int pid) => processes.Cgroup(pid) is { } cgroup && cgroup != processes.Cgroup(System.Environment.ProcessId) ? cgroup : null;
}
