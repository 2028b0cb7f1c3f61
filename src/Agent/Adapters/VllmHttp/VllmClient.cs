using System.Net.Http.Headers;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Agent.Adapters.VllmHttp;

/// <summary>
/// Speaks vLLM's HTTP. No proxy, no redirects, answers capped: the other end may be anything that took the port. HTTP 200
/// alone is no success for a completion: aborted requests answer 200 with finish_reason abort.
/// </summary>
internal sealed partial class VllmClient : IDisposable
{
    private const long AnswerBytes = 8 * 1024 * 1024;

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public VllmClient(Uri address, string? apiKey, TimeProvider clock)
    {
        _clock = clock;
        // Without a limit for idle connections nothing wakes up to look for them; the engine closes its end, and a request sees that.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerBytes,
        };
        if (apiKey is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
    }

    public Task<VllmAnswer<string>> HealthAsync(TimeSpan deadline, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, "/health", null, deadline, text => text, cancellation);

    public Task<VllmAnswer<EngineCounters>> CountersAsync(TimeSpan deadline, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, "/metrics", null, deadline, EngineCounters.Parse, cancellation);

    /// <summary>The metrics page as it is.</summary>
    public Task<VllmAnswer<string>> MetricsAsync(TimeSpan deadline, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, "/metrics", null, deadline, text => text, cancellation);

    /// <summary>The models that it serves.</summary>
    public Task<VllmAnswer<ModelEntry[]>> ModelsAsync(TimeSpan deadline, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, "/v1/models", null, deadline, text => JsonSerializer.Deserialize(text, VllmJson.Default.ModelList)?.Data, cancellation);

    public Task<VllmAnswer<Completion>> CompleteAsync(string model, string prompt, int maxTokens, TimeSpan deadline, CancellationToken cancellation)
    {
        var begun = _clock.GetTimestamp();
        var body = Json(new CompletionRequest(model, prompt, maxTokens, 0), VllmJson.Default.CompletionRequest);
        return SendAsync(HttpMethod.Post, "/v1/completions", body, deadline, Read, cancellation);

        Completion? Read(string text)
        {
            var answer = JsonSerializer.Deserialize(text, VllmJson.Default.CompletionAnswer);
            return answer?.Choices is [var choice, ..] && choice.FinishReason is "stop" or "length"
                ? new Completion(choice.Text ?? "", choice.FinishReason, answer.Usage?.CompletionTokens ?? 0, _clock.GetElapsedTime(begun))
                : null;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<VllmAnswer<T>> SendAsync<T>(HttpMethod method, string path, HttpContent? body, TimeSpan deadline, Func<string, T?> read, CancellationToken cancellation)
        where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = body };
            using var response = await _http.SendAsync(request, limit.Token);
            var text = await response.Content.ReadAsStringAsync(limit.Token);
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
            return broken.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? new(VllmEnd.Refused, null, $"{_http.BaseAddress} refuses connections", null)
                : new(VllmEnd.Failed, null, $"{path}: {broken.Message}", null);
        }
        catch (JsonException broken)
        {
            return new(VllmEnd.Failed, null, $"{path} answered broken JSON: {broken.Message}", 200);
        }
    }

    private static StringContent Json<T>(T body, JsonTypeInfo<T> type) => new(JsonSerializer.Serialize(body, type), Encoding.UTF8, MediaTypeNames.Application.Json);

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
