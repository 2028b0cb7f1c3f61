using System.Globalization;
using System.Net.Sockets;

namespace Agent.Adapters.Systemd;

/// <summary>
/// Where a service tells systemd how it is (sd_notify). The socket's name is all that is asked: who the parent is cannot be
/// seen under ProtectProc, behind a wrapper or as the first process of a container. So WATCHDOG_PID is not compared either;
/// to feed a watchdog that asks somebody else does no harm.
/// </summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _systemd;

    private NotifySocket(string? address, TimeSpan? watchdog)
    {
        if (address is not ['/' or '@', _, ..])
            return;
        // The name of an abstract socket begins with a zero byte, for which the variable has an @.
        _systemd = new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address);
        // What systemd does not take in is told again; nothing of the agent waits for it.
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        Watchdog = watchdog;
    }

    /// <summary>systemd ends a service that was silent for so long; null: it does not watch.</summary>
    public TimeSpan? Watchdog { get; }

    /// <param name="variable">The environment.</param>
    public static NotifySocket Of(Func<string, string?> variable) => new(
        variable("NOTIFY_SOCKET"),
        long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) && microseconds > 0 ? TimeSpan.FromMicroseconds(microseconds) : null);

    /// <param name="lines">NAME=VALUE each.</param>
    /// <returns>Whether it arrived; true where nobody listens.</returns>
    public bool Tell(params ReadOnlySpan<string> lines)
    {
        if (_socket is null)
            return true;
        try
        {
            _socket.SendTo(System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)), _systemd!);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _socket?.Dispose();
}
