using System.Net;
using Agent.Adapters.Processes;
using Agent.Domain.Engines;

namespace Agent.Engines.Runs;

/// <summary>
/// Tells whether the process that listens on the engine's port is the engine. Another user may have taken the port of an engine that
/// starts or has ended. Every socket that could take the connection has to be in the hands of the engine's own processes. If their
/// descriptors cannot be read, the user who made the socket has to be the user of the main process. One gap remains: another program
/// of the same user passes for the engine. It is one more engine of npu-engine, or, for a container, another program of root.
/// </summary>
internal sealed class EngineSocket(EngineHandle handle, FarEnd farEnd, OpenFiles files, ProcessTable processes)
{
    /// <summary>A user whose number is not known in this user namespace is shown as this one.</summary>
    private const uint Nobody = 65534;

    /// <param name="near">The near end of an existing connection. Null before it is made.</param>
    /// <param name="far">The expected address of the engine.</param>
    /// <returns>Null, or the process that is there instead and what to do.</returns>
    public string? Objection(IPEndPoint? near, IPEndPoint far)
    {
        var name = handle.Settings.Name;
        if (handle.Run is not { } run || handle.Life() != EngineLife.Running)
            return $"no process of engine {name} is known to run, so the listener on port {far.Port} is not known to be the engine: its API key was not "
                + $"sent. If the engine runs, ask again as root or as the agent's user";
        return farEnd.Stranger(near, far, use => IsEngines(use, run)) is { } stranger
            ? $"{stranger}, which is not shown to be engine {name}: its API key was not sent. End that process if you do not know it (ss -tlnp shows it to "
                + $"root), or give the engine another port"
            : null;
    }

    private bool IsEngines(PortUse use, EngineRun run)
    {
        if (use.Pid is { } owner)
            return owner == run.ProcessId || Others(run).Contains(owner);
        return files.HasSocket(run.ProcessId, use.Inode) switch
        {
            true => true,
            // This is seldom, because the main process of vLLM has the sockets itself.
            false => Others(run).Any(pid => files.HasSocket(pid, use.Inode) == true),
            null => use.User != Nobody && processes.UserOf(run.ProcessId) == use.User,
        };
    }

    private IEnumerable<int> Others(EngineRun run) => processes.Descendants(run.ProcessId).Concat(handle.Tree()).Select(p => p.Id.Pid).Distinct();
}
