using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Agent.Tests.Notifications.Syslog;

/// <summary>A syslog daemon over TCP or TLS that reads one connection to its end.</summary>
internal sealed class ScriptedSyslog : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly bool _breaks;

    /// <param name="certificate">It speaks TLS with this one.</param>
    /// <param name="breaks">It breaks the connection with what was sent unread.</param>
    public ScriptedSyslog(X509Certificate2? certificate = null, bool breaks = false)
    {
        (_certificate, _breaks) = (certificate, breaks);
        _listener.Start();
        Got = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All that came; empty where the client went away before.</summary>
    public Task<string> Got { get; }

    public void Dispose() => _listener.Dispose();

    private async Task<string> ServeAsync()
    {
        using var client = await _listener.AcceptTcpClientAsync();
        Stream stream = client.GetStream();
        if (_breaks)
        {
            await stream.ReadExactlyAsync(new byte[1]);
            client.LingerState = new LingerOption(true, 0);
            client.Client.Dispose();
            return "";
        }

        try
        {
            if (_certificate is not null)
            {
                var secured = new SslStream(stream);
                await secured.AuthenticateAsServerAsync(_certificate);
                stream = secured;
            }

            using var all = new MemoryStream();
            await stream.CopyToAsync(all);
            return Encoding.UTF8.GetString(all.ToArray());
        }
        catch (Exception gone) when (gone is IOException or AuthenticationException)
        {
            return "";
        }
    }
}
