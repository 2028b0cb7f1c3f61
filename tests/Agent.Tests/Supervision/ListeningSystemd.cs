using System.Net.Sockets;
using System.Text;
using Agent.Adapters.Systemd;
using Microsoft.Extensions.Hosting.Systemd;

namespace Agent.Tests.Supervision;

/// <summary>systemd's end of the socket.</summary>
internal sealed class ListeningSystemd : IDisposable
{
    private const string Variable = "NOTIFY_SOCKET";

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly string _address;

    /// <param name="address">A path, or a name that begins with @.</param>
    public ListeningSystemd(string address)
    {
        _address = address;
        _socket.Bind(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
    }

    public ServiceNotices Connect(string? watchdogMicroseconds = null) => ServiceNotices.To(NotifierAt(_address), watchdogMicroseconds, TimeProvider.System);

    /// <summary>The library's own notifier; it reads its address from the environment, once.</summary>
    public static SystemdNotifier NotifierAt(string? address)
    {
        lock (Variable)
        {
            Environment.SetEnvironmentVariable(Variable, address);
            var notifier = new SystemdNotifier();
            Environment.SetEnvironmentVariable(Variable, null);
            return notifier;
        }
    }

    public bool HasHeard => _socket.Poll(0, SelectMode.SelectRead);

    /// <summary>The next message, which is waited for.</summary>
    public string Hear()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer));
    }

    public void Dispose() => _socket.Dispose();
}
