using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Agent.EndToEndTests;

/// <summary>A connection that says exactly what it is told to, well-formed or not.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;

    private RawConnection(Socket socket) => _socket = socket;

    public static async Task<RawConnection> ToAsync(EndPoint address)
    {
        var socket = address is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address);
        return new RawConnection(socket);
    }

    public static async Task<string> AskAsync(EndPoint address, string request)
    {
        using var connection = await ToAsync(address);
        await connection.SayAsync(request);
        return await connection.RestAsync();
    }

    /// <summary>Each character is a byte.</summary>
    public async Task SayAsync(string text)
    {
        await _socket.SendAsync(Encoding.Latin1.GetBytes(text));
    }

    /// <returns>All that comes until the other side hangs up, which it has to.</returns>
    public async Task<string> RestAsync()
    {
        var all = new StringBuilder();
        var buffer = new byte[4096];
        using var end = new CancellationTokenSource(SimulatedHost.Hung);
        try
        {
            while (await _socket.ReceiveAsync(buffer, end.Token) is > 0 and var count)
                all.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // Broken off is hung up, too.
        }

        return all.ToString();
    }

    public void Dispose() => _socket.Dispose();
}
