using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Agent.Adapters.Processes;
using Agent.Configuration.Engines;

namespace Agent.Engines.Starting;

/// <summary>
/// The port of an engine. vLLM binds it at once with SO_REUSEADDR, and listens only when the model is loaded. So two servers that load at the same
/// time both bind, and the later one fails after minutes. To prevent this, the agent keeps a lock of its own for each port. The lock is a Unix socket
/// outside the file system. It lives in the same network namespace as the port, and it goes with the agent. On Windows it is an event with a name.
/// </summary>
internal sealed class EnginePort(SocketTable sockets, OpenFiles files, ProcessTable processes)
{
    private readonly ConcurrentDictionary<int, IDisposable> _locks = [];

    /// <summary>Takes the agent's lock of the port and keeps it until the agent ends.</summary>
    /// <returns>Null when this agent has it, otherwise the process that has it.</returns>
    public string? Lock(int port)
    {
        if (_locks.ContainsKey(port))
            return null;
        var name = string.Create(CultureInfo.InvariantCulture, $"npu-agent/port/{port}");
        if (OperatingSystem.IsWindows())
            return LockByEvent(port, name);
        var mine = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            mine.Bind(new UnixDomainSocketEndPoint('\0' + name));
            if (!_locks.TryAdd(port, mine))
                mine.Dispose();
            return null;
        }
        catch (SocketException)
        {
            mine.Dispose();
            return $"port {port} is locked by another agent: {Owner(sockets.UnixSocket('@' + name))}";
        }
    }

    private string? LockByEvent(int port, string name)
    {
        var mine = new EventWaitHandle(false, EventResetMode.ManualReset, @"Global\" + name, out var isFirst);
        if (isFirst && _locks.TryAdd(port, mine))
            return null;
        mine.Dispose();
        return $"port {port} is locked by another agent";
    }

    /// <returns>Null when a server can listen on it, otherwise the process that has it.</returns>
    public string? Holder(EngineSettings engine)
    {
        if (CanBind(engine))
            return null;
        var uses = sockets.Tcp(engine.Port);
        var use = uses.FirstOrDefault(u => u.Listens) ?? uses.FirstOrDefault(u => u.Inode != 0);
        if (use is not null)
            return $"port {engine.Port} is {(use.Listens ? "listened on" : "used")} by {Owner(use.Inode)}";
        // Connections of the last server that are still closing are no obstacle: vLLM binds beside them.
        return uses.Count > 0 ? null : $"port {engine.Port} is bound by a server that does not listen yet{Suspects(engine.Port)}";
    }

    /// <summary>
    /// The process that has the engine's port and the engine's own command line: somebody started the engine by hand. If
    /// a shell stands above it, it is the topmost such process. Null when the port is free, or another program has it.
    /// </summary>
    public ProcessEntry? Twin(EngineSettings engine)
    {
        if (CanBind(engine))
            return null;
        var same = processes.All().Where(p => p.IsAlive && EngineCommandLine.IsOf(engine, p.CommandLine)).ToDictionary(p => p.Id.Pid);
        List<ProcessEntry> topmost = [.. same.Values.Where(p => !same.ContainsKey(p.ParentPid))];
        var listening = sockets.Tcp(engine.Port).Where(u => u.Listens).ToList();
        List<int> owners = [.. listening.Select(u => u.Pid ?? files.OwnerOfSocket(u.Inode)).OfType<int>()];
        // No table names the owner of a server that does not listen yet.
        return owners.Count == 0
            ? listening.Count == 0 ? topmost.FirstOrDefault() : null
            : topmost.Find(p => owners.Contains(p.Id.Pid) || processes.Descendants(p.Id.Pid).Any(d => owners.Contains(d.Id.Pid)));
    }

    public string Describe(ProcessEntry process) => ProcessOrigin.Describe(processes, process.Id.Pid);

    private string Owner(long? inode) => inode is { } socket && files.OwnerOfSocket(socket) is { } pid ? ProcessOrigin.Describe(processes, pid)
        : "a process that cannot be seen from here";

    /// <summary>No table of the kernel names the process that bound a port without listening. Command lines do.</summary>
    private string Suspects(int port)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        var named = processes.All().Where(p => p.CommandLine.Split(' ', '=').Contains(number)).Select(p => ProcessOrigin.Describe(processes, p.Id.Pid))
            .ToList();
        return named.Count == 0 ? "" : $"; its number is in the command line of {string.Join(" and ", named)}";
    }

    private static bool CanBind(EngineSettings engine)
    {
        if (!IPAddress.TryParse(engine.Host is "localhost" ? "127.0.0.1" : engine.Host, out var address))
            return true;
        // If the protocol is left open, .NET does not set SO_REUSEADDR. So a server that only bound the port is noticed, too.
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new IPEndPoint(address, engine.Port));
            return true;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode != SocketError.AddressAlreadyInUse;
        }
    }
}
