using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Agent.Web;

/// <summary>Nobody listens on the control socket, or it is closed to this user.</summary>
internal sealed class DaemonUnreachableException(string message, Exception inner) : Exception(message, inner);

/// <summary>Talks to the daemon through its Unix socket.</summary>
internal sealed class ControlClient : IDisposable
{
    /// <summary>Only of a Windows that is old can this be said.</summary>
    public const string NoSockets = "this system has no Unix sockets (Windows has them since 10 1803 and Server 2019)";

    private readonly string _socket;
    private readonly HttpClient _http;

    public ControlClient(string socket)
    {
        _socket = socket;
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (_, cancellation) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                    return new NetworkStream(connection, ownsSocket: true);
                }
                catch (SocketException)
                {
                    connection.Dispose();
                    throw;
                }
            },
        })
        {
            BaseAddress = new Uri("http://npu-agent"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, cancellation);

    public Task<ControlAnswer> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(JsonSerializer.Serialize(body, type), Encoding.UTF8, MediaTypeNames.Application.Json) }, ControlJson.Default.ControlAnswer, cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        try
        {
            using (request)
            {
                using var response = await _http.SendAsync(request, cancellation);
                return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(cancellation), type)!;
            }
        }
        catch (Exception away) when (away is HttpRequestException or JsonException)
        {
            if (!Socket.OSSupportsUnixDomainSockets)
                throw new DaemonUnreachableException($"control socket {_socket}: {NoSockets}; ask /status at the address that listen names", away);
            var reason = away.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied } ? "this user may not open it" : "no daemon answers there";
            throw new DaemonUnreachableException($"control socket {_socket}: {reason}; is npu-agent running ({(OperatingSystem.IsWindows() ? "sc query" : "systemctl status")} npu-agent), and is it this configuration?", away);
        }
    }
}
