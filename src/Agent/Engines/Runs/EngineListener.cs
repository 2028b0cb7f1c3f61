using Agent.Adapters.Processes;

namespace Agent.Engines.Runs;

/// <summary>
/// Finds vLLM's own main process among the processes of an engine. A shell without <c>exec</c>, tini or conda may stand above
/// it. Such a wrapper passes no signal on, or ends before vLLM. If a SIGTERM reaches only the shell, vLLM gets no drain.
/// </summary>
internal sealed class EngineListener(ProcessTable processes, SocketTable sockets, OpenFiles files)
{
    /// <param name="main">The process that was started.</param>
    /// <param name="tree">The living processes of the engine.</param>
    /// <param name="port">The engine's port.</param>
    /// <param name="isEngine">Whether a command line is that of the engine.</param>
    public ProcessId Find(ProcessId main, IReadOnlyList<ProcessEntry> tree, int port, Func<string, bool> isEngine) =>
        Holder(tree, port) ?? Wrapped(main, tree, isEngine);

    /// <summary>Several API servers share the socket of their parent. The parent is the process to ask: the topmost one that has the socket.</summary>
    private ProcessId? Holder(IReadOnlyList<ProcessEntry> tree, int port)
    {
        var holders = Holders(tree, port).ToDictionary(p => p.Id.Pid);
        return holders.Values.FirstOrDefault(p => !holders.ContainsKey(p.ParentPid))?.Id;
    }

    /// <summary>
    /// Whether the port is shown to be the engine's own. False, too, if descriptors cannot be read. The processes are read only where somebody
    /// listens: it is asked again and again during a start, and a process that sleeps in the driver may block its reader.
    /// </summary>
    public bool Listens(Func<IReadOnlyList<ProcessEntry>> tree, int port) => Listening(port) is { Count: > 0 } listening && Holders(tree(), listening).Any();

    private List<PortUse> Listening(int port) => [.. sockets.Tcp(port).Where(u => u.Listens)];

    private IEnumerable<ProcessEntry> Holders(IReadOnlyList<ProcessEntry> tree, int port) => Holders(tree, Listening(port));

    private IEnumerable<ProcessEntry> Holders(IReadOnlyList<ProcessEntry> tree, List<PortUse> listening) =>
        tree.Where(p => listening.Exists(u => u.Pid == p.Id.Pid || (u.Inode != 0 && files.HasSocket(p.Id.Pid, u.Inode) == true)));

    /// <summary>
    /// The CPU time of an engine's API servers. These are the processes that have the port's socket. If
    /// descriptors cannot be read, all processes count except the engine cores and the processes below them.
    /// Engine cores ask for work in a busy loop, with work or without, and a forked one has the socket as well.
    /// </summary>
    /// <returns>Null when one of them cannot be read, or none is there.</returns>
    public IReadOnlyList<CpuTime>? ServerTimes(IReadOnlyList<ProcessEntry> tree, int port)
    {
        // A title that is not known may be an engine core's.
        if (tree.Any(p => p.IsUnread))
            return null;
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
    /// vLLM does not listen while it loads. The process below a wrapper has the engine's command line, too, but
    /// not the same one as the wrapper. A child that was only forked has the same command line as its parent.
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
