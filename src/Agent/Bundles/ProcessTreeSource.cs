using Agent.Adapters.Processes;
using Agent.Configuration.Declared;
using Agent.Engines;

namespace Agent.Bundles;

/// <summary>A list of all processes of the host. For processes of the engines, also the facts about where they stand still.</summary>
internal sealed class ProcessTreeSource(ProcessTable processes, IReadOnlyList<SupervisedEngine> engines) : IBundleSource
{
    public static readonly DeclaredSource Declared = new("processes");

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.EngineStop;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        // The engines come first: the list of all takes longer where processes sit in the driver.
        foreach (var engine in engines)
            folder.Write($"npu-agent/processes/{engine.Name}.txt", engine.Handle.Evidence());
        var lines = processes.All().OrderBy(p => p.Id.Pid).Select(p => $"{p.Id.Pid,7} {p.ParentPid,7} {p.SessionId,7} {p.State} {p.Name,-15} "
            + (p.IsUnread ? "(not readable in time)" : p.CommandLine));
        folder.Write("npu-agent/processes/ps.txt", "    pid    ppid     sid S name            command line\n" + string.Join('\n', lines) + "\n");
        return Task.CompletedTask;
    }
}
