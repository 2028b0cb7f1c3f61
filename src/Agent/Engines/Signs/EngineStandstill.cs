using Agent.Adapters.Processes;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;

namespace Agent.Engines.Signs;

/// <summary>
/// Facts about a run, besides its work, from the kernel and from the engine's kind: whether somebody paused it, and how often the kernel
/// killed a process of it because memory ran out. The names of its groups are kept, because those of a process that ended are gone.
/// </summary>
internal sealed class EngineStandstill(IEngineKind kind, ProcessTable processes, CgroupFiles cgroups)
{
    private volatile Groups? _groups;

    /// <param name="run">A run with a living main process.</param>
    /// <param name="asksKind">The descendants are looked at and the kind is asked, too. This takes longer than a look at the main process.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>How it is paused. Null when it is not, or nobody can tell.</returns>
    public async Task<string?> PausedAsync(EngineRun run, bool asksKind, CancellationToken cancellation)
    {
        if (GroupsOf(run) is { } groups && cgroups.IsFrozen(groups))
            return await kind.PausedAsync(cancellation) ?? $"the kernel keeps its cgroup frozen{(run.Cgroup is { } path ? $": {path}" : "")}";
        IEnumerable<ProcessEntry> main = processes.State(run.Main) is { } living ? [living] : [];
        // A person may suspend a process in a shell inside the same container. That process is no descendant.
        if (main.Concat(asksKind ? processes.Descendants(run.ProcessId) : []).FirstOrDefault(p => p.IsHalted) is { } halted)
        {
            return halted.State == 'T'
                ? $"process {halted.Id.Pid} {halted.Name} was stopped by a signal; `kill -CONT {halted.Id.Pid}` lets it go on"
                : $"process {halted.Id.Pid} {halted.Name} is held by a debugger";
        }

        return asksKind ? await kind.PausedAsync(cancellation) : null;
    }

    /// <summary>The number of kills. Null when nobody can tell, or others share its memory group.</summary>
    public long? MemoryKills(EngineRun run) => run.Cgroup is not null && GroupsOf(run) is { } groups ? cgroups.MemoryKills(groups) : null;

    private string? GroupsOf(EngineRun run)
    {
        if (_groups is { } known && known.Run == run.Main)
            return known.Text;
        if (processes.State(run.Main) is null || processes.Text(run.ProcessId, "cgroup") is not { } text)
            return null;
        _groups = new Groups(run.Main, text);
        return text;
    }

    private sealed record Groups(ProcessId Run, string Text);
}
