using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Agent.Adapters.VllmHttp;

/// <summary>
/// Speaks vLLM's HTTP. It uses no proxy, follows no redirects and caps answers: any program may have taken the port. HTTP 200 alone is no success for
/// a completion: aborted requests answer 200 with finish_reason abort.
/// </summary>
internal sealed partial class VllmClient : IDisposable
{
    private const long AnswerBytes = 8 * 1024 * 1024;

    /// <summary>
    /// For answers that vLLM gives to everybody. It has connections of its own, so that a connection made without the check never carries the key.
    /// </summary>
    private readonly HttpClient _open;

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    /// <param name="address">Null: the engine has no HTTP by design, and every question ends so.</param>
    /// <param name="key">The API key of the engine; null when it has none.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="isOfThisHost">
    /// The engine is in the configuration. The owner of its socket is looked up, so its certificate proves nothing more.
    /// </param>
    public VllmClient(Uri? address, ApiKey? key, TimeProvider clock, bool isOfThisHost = false)
    {
        _clock = clock;
        _open = Client(address, null, isOfThisHost);
        _http = key is null ? _open : Client(address, key, isOfThisHost);
    }

    public Task<VllmAnswer<string>> HealthAsync(TimeSpan deadline, CancellationToken cancellation) =>
        LookAsync("/health", deadline, text => text, cancellation);

    public Task<VllmAnswer<EngineCounters>> CountersAsync(TimeSpan deadline, CancellationToken cancellation) =>
        LookAsync("/metrics", deadline, EngineCounters.Parse, cancellation);

    /// <summary>The metrics page as it is.</summary>
    public Task<VllmAnswer<string>> MetricsAsync(TimeSpan deadline, CancellationToken cancellation) =>
        LookAsync("/metrics", deadline, text => text, cancellation);

    /// <summary>The models that the engine serves.</summary>
    public Task<VllmAnswer<ModelEntry[]>> ModelsAsync(TimeSpan deadline, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, "/v1/models", null, deadline, text => JsonSerializer.Deserialize(text, VllmJson.Default.ModelList)?.Data is { } models
            && Array.TrueForAll(models, m => m?.Id is not null) ? models : null, cancellation);

    public Task<VllmAnswer<Completion>> CompleteAsync(string model, string prompt, int maxTokens, TimeSpan deadline, CancellationToken cancellation)
    {
        var begun = _clock.GetTimestamp();
        var body = Json(new CompletionRequest(model, prompt, maxTokens, 0), VllmJson.Default.CompletionRequest);
        return SendAsync(HttpMethod.Post, "/v1/completions", body, deadline, Read, cancellation);

        Completion? Read(string text)
        {
            var answer = JsonSerializer.Deserialize(text, VllmJson.Default.CompletionAnswer);
            return answer?.Choices is [{ } choice, ..] && choice.FinishReason is "stop" or "length"
                ? new Completion(choice.Text ?? "", choice.FinishReason, answer.Usage?.CompletionTokens ?? 0, _clock.GetElapsedTime(begun))
                : null;
        }
    }

    public void Dispose()
    {
        _open.Dispose();
        _http.Dispose();
    }

    [SuppressMessage("Security", "CA5359", Justification = "Engines sign their certificates themselves; a key is sent to the engine's own socket alone.")]
    private static HttpClient Client(Uri? address, ApiKey? key, bool isOfThisHost)
    {
        // Without a limit for idle connections, no timer wakes up to look for them. The engine closes its end, and the next request sees that.
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan
        };
        if (isOfThisHost)
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        if (key is not null)
            handler.ConnectCallback = key.ConnectAsync;
        return new HttpClient(key is null ? handler : new KeyHandler(key, handler))
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerBytes,
        };
    }

    private Task<VllmAnswer<T>> LookAsync<T>(string path, TimeSpan deadline, Func<string, T?> read, CancellationToken cancellation)
        where T : class =>
        SendAsync(_open, HttpMethod.Get, path, null, deadline, read, cancellation);

    private Task<VllmAnswer<T>> SendAsync<T>(HttpMethod method, string path, HttpContent? body, TimeSpan deadline, Func<string, T?> read,
        CancellationToken cancellation)
        where T : class =>
        SendAsync(_http, method, path, body, deadline, read, cancellation);

    private static async Task<VllmAnswer<T>> SendAsync<T>(HttpClient http, HttpMethod method, string path, HttpContent? body, TimeSpan deadline,
        Func<string, T?> read, CancellationToken cancellation)
        where T : class
    {
        if (http.BaseAddress is null)
            return new(VllmEnd.Refused, null, "it has no port by design (headless)", null);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            using var response = await http.SendAsync(request, limit.Token);
            // vLLM writes UTF-8, even if a header says something else.
            var text = Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(limit.Token));
            if (!response.IsSuccessStatusCode)
                return new(VllmEnd.Failed, null, $"{path} answered {(int)response.StatusCode}: {Shorten(text)}", (int)response.StatusCode);
            return read(text) is { } value
                ? VllmAnswer<T>.Of(value)
                : new(VllmEnd.Failed, null, $"{path} answered 200 without a usable result: {Shorten(text)}", 200);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(VllmEnd.TimedOut, null, $"{path} gave no answer within {deadline.TotalSeconds:0.#} s", null);
        }
        catch (HttpRequestException broken)
        {
            return broken.InnerException switch
            {
                SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
                    new(VllmEnd.Refused, null, $"{http.BaseAddress} refuses connections", null),
                KeyWithheldException withheld => new(VllmEnd.Failed, null, withheld.Message, null),
                _ => new(VllmEnd.Failed, null, $"{path}: {Shorten(broken.Message)}", null),
            };
        }
        catch (JsonException broken)
        {
            return new(VllmEnd.Failed, null, $"{path} answered broken JSON: {broken.Message}", 200);
        }
    }

    private static StringContent Json<T>(T body, JsonTypeInfo<T> type) =>
        new(JsonSerializer.Serialize(body, type), Encoding.UTF8, MediaTypeNames.Application.Json);

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "...";
}

internal sealed record CompletionRequest(string Model, string Prompt, int MaxTokens, double Temperature);

internal sealed record CompletionAnswer(CompletionChoice[]? Choices, CompletionUsage? Usage);

internal sealed record CompletionChoice(string? Text, string? FinishReason);

internal sealed record CompletionUsage(int CompletionTokens);

internal sealed record ModelList(ModelEntry[]? Data);

internal sealed record ModelEntry(string Id, string? Root = null, int? MaxModelLen = null);

[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(CompletionAnswer))]
[JsonSerializable(typeof(ModelList))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class VllmJson : JsonSerializerContext;
