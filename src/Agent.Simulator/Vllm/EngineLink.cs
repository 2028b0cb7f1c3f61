using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Agent.Simulator.Vllm;

/// <summary>An order from the API server to the engine core.</summary>
internal sealed record EngineOrder(string Kind, long Id = 0, string Prompt = "", int PromptTokens = 0, int MaxTokens = 0, uint Variation = 0,
    bool IgnoreEnd = false, string[]? Stops = null, bool ScorePrompt = false)
{
    public const string Add = "add";
    public const string Abort = "abort";
    public const string AbortAll = "abort-all";
    public const string Drain = "drain";

    /// <summary>This order is not from the API server: so many requests (Id) wait for something outside.</summary>
    public const string Defer = "defer";

    /// <summary>This order is not from the API server: short requests wait for ever from now on (Id 1), or no more (0).</summary>
    public const string Starve = "starve";
}

/// <summary>
/// One token of one request. The first token also tells the queue time, the cached tokens and the scores of the prompt; the last one tells the
/// reason.
/// </summary>
internal sealed record EngineToken(long Id, string Text, double LogProbability, string? Reason, double QueuedSeconds, int CachedTokens,
    double[]? PromptScores = null);

/// <summary>The result of one step of the engine, and its gauges: an engine that takes no step changes no number.</summary>
internal sealed record EngineStep(List<EngineToken> Tokens, int Running, int Waiting, double KvUsage, int IterationTokens, int Deferred = 0);

[JsonSerializable(typeof(EngineOrder))]
[JsonSerializable(typeof(EngineStep))]
internal sealed partial class EngineJson : JsonSerializerContext;

/// <summary>Lines of JSON over an abstract socket. Such a socket leaves no file behind, and has no limit on the folder's path.</summary>
internal sealed class EngineLink(Socket socket) : IDisposable
{
    private readonly StreamReader _reader = new(new NetworkStream(socket), Encoding.UTF8);
    private readonly NetworkStream _writer = new(socket);
    private readonly Lock _lock = new();

    public static UnixDomainSocketEndPoint Address(int apiServer) => new($"\0simulated-vllm-{apiServer}-{Processes.StartTicks(apiServer)}");

    public static Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(Address(Environment.ProcessId));
        socket.Listen(1);
        return socket;
    }

    public static async Task<EngineLink> ConnectAsync(int apiServer)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(Address(apiServer));
        return new EngineLink(socket);
    }

    /// <summary>False when the other side is gone. The end of the other side is no reason for this side to end.</summary>
    public bool Send<T>(T message, JsonTypeInfo<T> type)
    {
        var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message, type) + "\n");
        lock (_lock)
        {
            try
            {
                _writer.Write(line);
                return true;
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException)
            {
                return false;
            }
        }
    }

    /// <summary>The next message; null when the other side is gone.</summary>
    public async Task<T?> ReceiveAsync<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await _reader.ReadLineAsync() is { } line ? JsonSerializer.Deserialize(line, type) : null;
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or JsonException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
        socket.Dispose();
    }
}
