using Agent.Adapters.Processes;

namespace Agent.Engines;

/// <summary>
/// Which process of an engine is vLLM's own main one. A shell without <c>exec</c>, tini or conda stands above it and passes no
/// signal on, or ends before it: a SIGTERM that reaches only the shell leaves vLLM without its drain.
/// </summary>
internal sealed class EngineListener(ProcessTable processes, SocketTable sockets, OpenFiles files)
{
    /// <param name="main">The process that was started.</param>
    /// <param name="tree">What of the engine lives.</param>
    /// <param name="port">The engine's port.</param>
    /// <param name="isEngine">Whether a command line is that of the engine.</param>
    public ProcessId Find(ProcessId main, IReadOnlyList<ProcessEntry> tree, int port, Func<string, bool> isEngine) =>
        Holder(tree, port) ?? Wrapped(main, tree, isEngine);

    /// <summary>Several API servers share the socket of their parent, which is the one to ask: the topmost that has it.</summary>
    private ProcessId? Holder(IReadOnlyList<ProcessEntry> tree, int port)
    {
        var holders = Holders(tree, port).ToDictionary(p => p.Id.Pid);
        return holders.Values.FirstOrDefault(p => !holders.ContainsKey(p.ParentPid))?.Id;
    }

    /// <summary>Whether the port is shown to be the engine's own; false as well where descriptors cannot be read.</summary>
    public bool Listens(IReadOnlyList<ProcessEntry> tree, int port) => Holders(tree, port).Any();

    private IEnumerable<ProcessEntry> Holders(IReadOnlyList<ProcessEntry> tree, int port)
    {
        var listening = sockets.Tcp(port).Where(u => u.Listens).ToList();
        return tree.Where(p => listening.Exists(u => u.Pid == p.Id.Pid || (u.Inode != 0 && files.HasSocket(p.Id.Pid, u.Inode) == true)));
    }

    /// <summary>
    /// What the API servers of an engine have had of the CPUs: every process that has the port's socket, or where descriptors
    /// cannot be read all but engine cores and what is below them. Those ask for work in a busy loop, with work or without, and
    /// one that was forked has the socket as well.
    /// </summary>
    /// <returns>Null when one of them cannot be read, or none is there.</returns>
    public IReadOnlyList<CpuTime>? ServerTimes(IReadOnlyList<ProcessEntry> tree, int port)
    {
        var known = tree.ToDictionary(p => p.Id.Pid);
        List<ProcessEntry> outside = [.. tree.Where(p => !IsBelowCore(p))];
        List<ProcessEntry> holders = [.. Holders(outside, port)];
        List<CpuTime?> times = [.. (holders.Count > 0 ? holders : outside).Select(p => processes.CpuOf(p.Id))];
        return times.Count == 0 || times.Contains(null) ? null : [.. times.OfType<CpuTime>().OrderBy(t => t.Id.Pid)];

        bool IsBelowCore(ProcessEntry process)
        {
            var (above, steps) = (process, 0);
            while (!above.IsEngineCore && steps++ < known.Count && known.GetValueOrDefault(above.ParentPid) is { } parent)
                above = parent;
            return above.IsEngineCore;
        }
    }

    /// <summary>
    /// While it loads it does not listen. What is below a wrapper has the engine's command line too, but not the wrapper's own; a
    /// child that was only forked has the same one as its parent.
    /// </summary>
    private ProcessId Wrapped(ProcessId main, IReadOnlyList<ProcessEntry> tree, Func<string, bool> isEngine)
    {
        var known = tree.ToDictionary(p => p.Id.Pid);
        var current = known.GetValueOrDefault(main.Pid);
        while (current is not null && Below(current) is { } below)
            current = below;
        return current?.Id ?? main;

        ProcessEntry? Below(ProcessEntry above) => processes.Descendants(above.Id.Pid)
            .FirstOrDefault(p => known.ContainsKey(p.Id.Pid) && p.CommandLine != above.CommandLine && isEngine(p.CommandLine));
    }
}
