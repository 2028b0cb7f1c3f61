using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Agent.Adapters.Processes;

/// <summary>
/// The process at the other end of a Unix socket. The kernel noted it when the connection was made; nothing here is the word of the process.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct SocketPeer(int Process, uint User, uint Group)
{
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;

    /// <returns>Null when the system does not tell.</returns>
    public static SocketPeer? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux() || socket.AddressFamily != AddressFamily.Unix)
            return null;
        // struct ucred: pid, uid, gid.
        Span<byte> answer = stackalloc byte[3 * sizeof(uint)];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, answer);
        return MemoryMarshal.Read<SocketPeer>(answer);
    }
}
