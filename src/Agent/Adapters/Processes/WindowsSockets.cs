using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Agent.Adapters.Processes;

/// <summary>The facts that <see cref="SocketTable"/> reads in /proc/net, read from Windows: each socket with its process, and no user.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsSockets
{
    private const int AllWithProcess = 5;
    private const int TooSmall = 122;
    private const int Listening = 2;

    public static IReadOnlyList<PortUse> Tcp(int port) => [.. Version4(Table(2)).Concat(Version6(Table(23))).Where(use => use.Local.Port == port)];

    // MIB_TCPROW_OWNER_PID: state, local address and port, remote address and port, process; four bytes each.
    private static IEnumerable<PortUse> Version4(byte[] table) => Rows(table, 24, row => new PortUse(
        new IPEndPoint(new IPAddress(row.AsSpan(4, 4)), Port(row, 8)),
        new IPEndPoint(new IPAddress(row.AsSpan(12, 4)), Port(row, 16)),
        Number(row, 0) == Listening, 0, 0, Number(row, 20)));

    // MIB_TCP6ROW_OWNER_PID: local address (16 bytes), scope, port; the same of the remote side; state, process.
    private static IEnumerable<PortUse> Version6(byte[] table) => Rows(table, 56, row => new PortUse(
        new IPEndPoint(new IPAddress(row.AsSpan(0, 16)), Port(row, 20)),
        new IPEndPoint(new IPAddress(row.AsSpan(24, 16)), Port(row, 44)),
        Number(row, 48) == Listening, 0, 0, Number(row, 52)));

    /// <summary>The count of rows comes first.</summary>
    private static IEnumerable<PortUse> Rows(byte[] table, int size, Func<byte[], PortUse> read) =>
        table.Length < sizeof(int) ? [] : table.Skip(sizeof(int)).Chunk(size).Take(Number(table, 0)).Where(row => row.Length == size).Select(read);

    private static int Number(byte[] row, int at) => BinaryPrimitives.ReadInt32LittleEndian(row.AsSpan(at));

    private static int Port(byte[] row, int at) => BinaryPrimitives.ReadUInt16BigEndian(row.AsSpan(at));

    /// <returns>Empty when Windows does not give the table.</returns>
    private static byte[] Table(int family)
    {
        var size = 0;
        byte[] table = [];
        // The table may grow between the question for its size and the question for its content.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            int error;
            fixed (byte* into = table)
                error = TcpTable(into, ref size, false, family, AllWithProcess, 0);
            if (error == 0)
                return table;
            if (error != TooSmall)
                break;
            table = new byte[size];
        }

        return [];
    }

    [LibraryImport("iphlpapi", EntryPoint = "GetExtendedTcpTable")]
    private static partial int TcpTable(byte* into, ref int size, [MarshalAs(UnmanagedType.Bool)] bool sorted, int family, int kind, uint reserved);
}
