using System.Net;
using System.Net.Sockets;
using Agent.Adapters.Files;
using Agent.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Agent.Web;

/// <summary>
/// The two listeners with their bounds. Every local user can reach the TCP listener. A client that opens connections and says little or nothing takes
/// up only a bounded part of the agent, for a bounded time. It takes nothing of the control socket, which has limits of its own.
/// </summary>
internal static class Listeners
{
    public static void Configure(KestrelServerOptions kestrel, AgentSettings settings)
    {
        if (Socket.OSSupportsUnixDomainSockets)
            kestrel.ListenUnixSocket(settings.ControlSocket, Plain);
        if (settings.Listen is { } listen)
            kestrel.Listen(IPEndPoint.Parse(listen), Plain);
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        // The limits are for each listener: one or two scrapers, one or two pages, and as many again for clients that forget to hang up.
        limits.MaxConcurrentConnections = 64;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        limits.MaxRequestLineSize = 4 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBodySize = ControlBody.MaxBytes;
        limits.MaxRequestBufferSize = 64 * 1024;
        limits.MaxResponseBufferSize = 64 * 1024;
    }

    public static ListenerGate Gate(AgentSettings settings, IEnumerable<string> own, Action<string> told) =>
        new(new ListenerNames(IPEndPoint.Parse(settings.Listen ?? "127.0.0.1:0"), settings.ListenNames, own), told);

    public static Socket Bind(EndPoint endPoint) =>
        endPoint is UnixDomainSocketEndPoint socket ? SocketFile.Bind(socket.ToString()) : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

    private static void Plain(ListenOptions listener) => listener.Protocols = HttpProtocols.Http1;
}
