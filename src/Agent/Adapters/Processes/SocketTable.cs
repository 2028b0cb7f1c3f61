using System.Globalization;

namespace Agent.Adapters.Processes;

/// <summary>One TCP socket of this host that uses a port of its own side.</summary>
/// <param name="Inode">0 when no process has it any more, as after a connection was closed.</param>
internal sealed record PortUse(bool Listens, long Inode);

/// <summary>
/// The sockets of this network namespace by /proc/net. A socket that was bound and does not listen yet is in none of these
/// tables.
/// </summary>
internal sealed class SocketTable(string root = "/proc")
{
    private const string Listening = "0A";

    public IReadOnlyList<PortUse> Tcp(int port)
    {
        var end = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return
        [
            .. ((string[])["tcp", "tcp6"])
                .SelectMany(Rows)
                .Where(f => f.Length > 9 && f[1].EndsWith(end, StringComparison.Ordinal))
                .Select(f => new PortUse(f[3] == Listening, long.Parse(f[9], CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>Inode of the Unix socket that is bound to a path, or to @NAME outside the file system; null when there is none.</summary>
    public long? UnixSocket(string path) =>
        Rows("unix").Where(f => f.Length > 7 && f[7] == path).Select(f => (long?)long.Parse(f[6], CultureInfo.InvariantCulture)).FirstOrDefault();

    private IEnumerable<string[]> Rows(string table)
    {
        var file = $"{root}/net/{table}";
        return File.Exists(file)
            ? File.ReadLines(file).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            : [];
    }
}
