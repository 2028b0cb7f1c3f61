using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Adapters.VllmHttp;

/// <summary>A streamed completion and its times, from the sending of the request.</summary>
/// <param name="Gaps">Between chunks, which are tokens unless the engine sends several at once.</param>
/// <param name="Problem">Why it is no success; null when it is one. HTTP 200 alone says nothing.</param>
internal sealed record StreamedAnswer(TimeSpan FirstToken, TimeSpan Whole, IReadOnlyList<TimeSpan> Gaps, int Tokens, string? Problem);

internal sealed partial class VllmClient
{
    private const string DataPrefix = "data: ";

    /// <summary>So many tokens exactly, whatever the model would say: the same work for each request.</summary>
    public async Task<StreamedAnswer> StreamAsync(string model, string prompt, int tokens, TimeSpan deadline, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        var begun = _clock.GetTimestamp();
        List<long> chunks = [];
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions") { Content = Json(new StreamRequest(model, prompt, tokens, 0), VllmStreamJson.Default.StreamRequest) };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
                return Failed($"/v1/completions answered {(int)response.StatusCode}: {Shorten(await response.Content.ReadAsStringAsync(limit.Token))}");
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(limit.Token));
            return await ReadAsync(lines);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed($"not whole within {deadline.TotalSeconds:0.#} s");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
        {
            return Failed(broken.Message);
        }

        async Task<StreamedAnswer> ReadAsync(StreamReader lines)
        {
            var (said, reason) = (0, "");
            while (await lines.ReadLineAsync(limit.Token) is { } line)
            {
                if (!line.StartsWith(DataPrefix, StringComparison.Ordinal) || line.EndsWith("[DONE]", StringComparison.Ordinal))
                    continue;
                var chunk = JsonSerializer.Deserialize(line.AsSpan(DataPrefix.Length), VllmStreamJson.Default.StreamChunk);
                if (chunk is null or { Error: not null })
                    return Failed($"an error in the stream: {Shorten(line)}");
                said = chunk.Usage?.CompletionTokens ?? said;
                if (chunk.Choices is not [var choice, ..])
                    continue;
                chunks.Add(_clock.GetTimestamp());
                reason = choice.FinishReason ?? reason;
            }

            return reason is "length" or "stop" && chunks.Count > 0
                ? Answer(said, null)
                : Failed(reason.Length == 0 ? "the stream ended early" : $"finish_reason {reason}");
        }

        StreamedAnswer Failed(string problem) => Answer(0, problem);

        StreamedAnswer Answer(int said, string? problem) => new(
            chunks.Count > 0 ? _clock.GetElapsedTime(begun, chunks[0]) : TimeSpan.Zero,
            _clock.GetElapsedTime(begun),
            [.. chunks.Zip(chunks.Skip(1), _clock.GetElapsedTime)],
            said,
            problem);
    }
}

internal sealed record StreamRequest(string Model, string Prompt, int MaxTokens, double Temperature)
{
    public bool Stream => true;

    public bool IgnoreEos => true;

    public StreamOptions StreamOptions => new(true);
}

internal sealed record StreamOptions(bool IncludeUsage);

internal sealed record StreamChunk(CompletionChoice[]? Choices, CompletionUsage? Usage, JsonElement? Error);

[JsonSerializable(typeof(StreamRequest))]
[JsonSerializable(typeof(StreamChunk))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class VllmStreamJson : JsonSerializerContext;
