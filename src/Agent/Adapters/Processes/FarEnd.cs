using System.Net;
using System.Net.Sockets;

namespace Agent.Adapters.Processes;

/// <summary>Finds the owner of the far end of a TCP connection within this host, by the system's tables of sockets.</summary>
internal sealed class FarEnd(SocketTable sockets, OpenFiles files, ProcessTable processes)
{
    /// <summary>A look may miss a row while other rows of the table go away.</summary>
    private const int Looks = 3;

    /// <param name="near">The near end of a connection that is there; null before the connection is made.</param>
    /// <param name="far">The address of the server.</param>
    /// <param name="isKnown">Whether a socket belongs to the expected processes.</param>
    /// <returns>
    /// Null when every socket that could take the connection is known, and also the socket that took it. Otherwise words for the socket that is not
    /// known.
    /// </returns>
    public string? Stranger(IPEndPoint? near, IPEndPoint far, Func<PortUse, bool> isKnown)
    {
        var to = Plain(far.Address);
        var uses = sockets.Tcp(far.Port);
        var listeners = Listeners(uses, to);
        if (listeners.FirstOrDefault(l => !isKnown(l)) is { } stranger)
            return $"port {far.Port} is listened on by {Who(stranger)}";
        if (near is null)
            return null;

        var accepted = Accepted(uses, near, to);
        for (var look = 1; accepted is null && look < Looks; look++)
            accepted = Accepted(sockets.Tcp(far.Port), near, to);
        if (listeners.Count == 0 || accepted is null)
            return $"port {far.Port} was answered by a server that the table of sockets does not show";
        // Before the connection is accepted it belongs to the listener, and goes with it.
        return accepted is { Inode: 0, Pid: null } || isKnown(accepted) ? null : $"port {far.Port} was answered by {Who(accepted)}";
    }

    /// <summary>
    /// The listeners that the system may give a connection to. A server for IPv6 takes IPv4 too, unless it chose not to; no table tells which. If
    /// another server listens for IPv4 itself, the server for IPv6 gets no IPv4 connection.
    /// </summary>
    private static List<PortUse> Listeners(IReadOnlyList<PortUse> uses, IPAddress to)
    {
        var any = to.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
        var own = uses.Where(u => u.Listens && (u.Local.Address.Equals(to) || u.Local.Address.Equals(any))).ToList();
        return own.Count > 0 || any.Equals(IPAddress.IPv6Any) ? own : [.. uses.Where(u => u.Listens && u.Local.Address.Equals(IPAddress.IPv6Any))];
    }

    private static PortUse? Accepted(IReadOnlyList<PortUse> uses, IPEndPoint near, IPAddress to) =>
        uses.FirstOrDefault(u => !u.Listens && u.Remote.Port == near.Port && u.Remote.Address.Equals(Plain(near.Address)) && u.Local.Address.Equals(to));

    private string Who(PortUse use) =>
        (use.Pid ?? files.OwnerOfSocket(use.Inode)) is { } pid ? ProcessOrigin.Describe(processes, pid) + (use.Pid is null ? $" of user {use.User}" : "")
            : $"a process of user {use.User}";

    /// <summary>The address in the form of the tables: IPv4 as IPv4, and without the interface.</summary>
    private static IPAddress Plain(IPAddress address) => new((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes());
}
