using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>One TCP socket of this host that uses a port on its own side.</summary>
/// <param name="User">The user that made the socket. For a connection that nobody accepted yet, Linux says root.</param>
/// <param name="Inode">0 when no process has the socket: the connection is not accepted yet, or is closed.</param>
/// <param name="Pid">The process of the socket if the system itself tells it, as Windows does.</param>
internal sealed record PortUse(IPEndPoint Local, IPEndPoint Remote, bool Listens, uint User, long Inode, int? Pid = null);

/// <summary>
/// The sockets of this network namespace by /proc/net. A socket that is bound and does not listen yet is in none of these tables.
/// </summary>
internal sealed class SocketTable(string root = "/proc")
{
    private const string Listening = "0A";

    public IReadOnlyList<PortUse> Tcp(int port)
    {
        if (OperatingSystem.IsWindows())
            return WindowsSockets.Tcp(port);
        var end = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return
        [
            .. ((string[])["tcp", "tcp6"])
                // A busy host has many rows, and only few of them are cut into fields.
                .SelectMany(table => Rows(table, line => line.Contains(end, StringComparison.Ordinal)))
                .Where(f => f.Length > 9 && f[1].EndsWith(end, StringComparison.Ordinal))
                .Select(f => new PortUse(EndPoint(f[1]), EndPoint(f[2]), f[3] == Listening, uint.Parse(f[7], CultureInfo.InvariantCulture),
                    long.Parse(f[9], CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>Inode of the Unix socket that is bound to a path, or to @NAME outside the file system; null when there is none.</summary>
    public long? UnixSocket(string path) =>
        // Anybody may bind to a name with line ends in it, and the table prints the name as it is.
        Rows("unix", _ => true).Where(f => f.Length > 7 && f[7] == path).Select(f =>
            long.TryParse(f[6], NumberStyles.None, CultureInfo.InvariantCulture, out var inode) ? inode : (long?)null).FirstOrDefault(i => i is not null);

    /// <summary>
    /// An IPv4 connection to a server that listens for both kinds has addresses of IPv6. They are turned back into addresses of IPv4.
    /// </summary>
    private static IPEndPoint EndPoint(string text)
    {
        var parts = text.Split(':');
        // The address is in words of four bytes, each a number in the processor's own order.
        var bytes = MemoryMarshal.AsBytes(parts[0].Chunk(8).Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray()
            .AsSpan());
        var address = new IPAddress(bytes);
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address,
            int.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private IEnumerable<string[]> Rows(string table, Func<string, bool> wanted)
    {
        var file = $"{root}/net/{table}";
        return File.Exists(file)
            ? File.ReadLines(file).Skip(1).Where(wanted).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : [];
    }
}
