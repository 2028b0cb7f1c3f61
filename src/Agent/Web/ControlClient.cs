using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agent.Adapters.Files;

namespace Agent.Web;

/// <summary>Nobody listens on the control socket, or it is closed to this user.</summary>
internal sealed class DaemonUnreachableException(string message, Exception? inner) : Exception(message, inner);

/// <summary>Talks to the daemon through its Unix socket.</summary>
internal sealed class ControlClient : IDisposable
{
    /// <summary>This can be said only of an old Windows.</summary>
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
                using var held = Held(socket);
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await connection.ConnectAsync(new UnixDomainSocketEndPoint(held is null ? socket : Descriptor.PathOf(held.Handle)), cancellation);
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

    /// <summary>
    /// The user for whom the client says that it works. The kernel tells the daemon that root asks, but not which user became root. If the kernel
    /// tells nothing, this is the client's user.
    /// </summary>
    public static string? ClaimedBy => OperatingSystem.IsLinux() ? Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } name ? name : null
        : Environment.UserName;

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, cancellation);

    public Task<ControlAnswer> PostAsync<T>(string path, T body, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(JsonSerializer.Serialize(body, type), Encoding.UTF8,
            MediaTypeNames.Application.Json)
        }, ControlJson.Default.ControlAnswer, cancellation);

    public void Dispose() => _http.Dispose();

    /// <summary>
    /// The folder of the socket belongs to the agent's user. By a link, that user could lead root to any other socket of the host. So root holds the
    /// socket.
    /// </summary>
    private static OwnedPath? Held(string socket)
    {
        if (OperatingSystem.IsWindows() || !FileOwner.IsRoot)
            return null;
        var (held, problem) = OwnedPath.Open(socket, PathOwner.OneUser);
        if (held is not { IsMissing: true })
            return held ?? throw new UnauthorizedAccessException(problem);
        held.Dispose();
        throw new FileNotFoundException("nothing is there");
    }

    private string Reason(Exception away) => away.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.AccessDenied } => AccessRefusal.OfGroup(_socket, "open"),
        UnauthorizedAccessException refused => refused.Message,
        _ when !OperatingSystem.IsWindows() && FileLook.At(_socket) is { Kind: not (FileKind.Socket or FileKind.Link) } =>
            "the file there is no socket, so no daemon listens on it; move it away, or look at control_socket in the configuration",
        _ => "no daemon answers there; "
            + $"is npu-agent running ({(OperatingSystem.IsWindows() ? "sc query" : "systemctl status")} npu-agent), and is it this configuration?",
    };

    private async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        try
        {
            using (request)
            {
                using var response = await _http.SendAsync(request, cancellation);
                var text = await response.Content.ReadAsStringAsync(cancellation);
                return response.Content.Headers.ContentType?.MediaType == MediaTypeNames.Application.Json
                    ? JsonSerializer.Deserialize(text, type)!
                    : throw new DaemonUnreachableException($"control socket {_socket}: {(int)response.StatusCode} {text.TrimEnd()}", null);
            }
        }
        catch (Exception away) when (away is HttpRequestException or JsonException)
        {
            if (!Socket.OSSupportsUnixDomainSockets)
                throw new DaemonUnreachableException($"control socket {_socket}: {NoSockets}; ask /status at the address that listen names", away);
            throw new DaemonUnreachableException($"control socket {_socket}: {Reason(away)}", away);
        }
    }
}
