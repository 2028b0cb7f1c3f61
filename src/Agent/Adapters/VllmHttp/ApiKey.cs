using System.Net;
using System.Net.Sockets;

namespace Agent.Adapters.VllmHttp;

/// <summary>
/// The API key of an engine. It goes over a connection only after the owner of the far end was checked: once before the connection is made, and once
/// more when it is there. The reason: any program can take a port first, and then gets everything that is sent to it.
/// </summary>
/// <param name="Read">The key as its file holds it now, or why there is none.</param>
/// <param name="Objection">
/// Why the key must not go to the far end (second argument), or null. The near end (first argument) is null as long as there is no connection.
/// </param>
internal sealed record ApiKey(Func<(string? Secret, string? Problem)> Read, Func<IPEndPoint?, IPEndPoint, string?> Objection)
{
    private string? _known;

    /// <summary>The key that was read last, even if its file is gone meanwhile: the engine still runs with the key of its start.</summary>
    /// <exception cref="KeyWithheldException">No key was ever read.</exception>
    public string Text
    {
        get
        {
            if (_known is { } known)
                return known;
            var (secret, problem) = Read();
            return _known = secret ?? throw new KeyWithheldException($"no API key to send: its file {problem}");
        }
    }

    /// <summary>For an engine that refuses the known key, because it was started with another one.</summary>
    /// <returns>Whether the file holds another key now.</returns>
    public bool Renew()
    {
        if (Read().Secret is not { } now || now == _known)
            return false;
        _known = now;
        return true;
    }

    /// <summary>A kept connection is not checked again: an accepted connection stays with the process that accepted it.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, cancellation);
        SocketException? refused = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                var far = new IPEndPoint(address, port);
                Ask(null, far);
                await socket.ConnectAsync(far, cancellation);
                Ask((IPEndPoint)socket.LocalEndPoint!, far);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException broken)
            {
                // A name such as localhost has several addresses, and the server listens at one of them.
                socket.Dispose();
                refused = broken;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw refused ?? new SocketException((int)SocketError.HostNotFound);
    }

    private void Ask(IPEndPoint? near, IPEndPoint far)
    {
        if (Objection(near, far) is { } objection)
            throw new KeyWithheldException(objection);
    }
}

/// <summary>The API key was not sent. The message tells the owner of the port and what to do.</summary>
internal sealed class KeyWithheldException(string message) : Exception(message);
