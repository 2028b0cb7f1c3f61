using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Adapters.VllmHttp;

/// <summary>A streamed completion and its times, counted from the sending of the request.</summary>
/// <param name="Gaps">The times between chunks. A chunk is a token, unless the engine sends several tokens at once.</param>
/// <param name="Problem">Why the answer is no success; null when it is one. HTTP 200 alone says nothing.</param>
internal sealed record StreamedAnswer(TimeSpan FirstToken, TimeSpan Whole, IReadOnlyList<TimeSpan> Gaps, int Tokens, string? Problem);

internal sealed partial class VllmClient
{
    /// <summary>The limit of one line; a line of vLLM has some hundred bytes.</summary>
    private const int LineBytes = 64 * 1024;

    private static ReadOnlySpan<byte> DataPrefix => "data: "u8;

    /// <summary>Asks for exactly this many tokens, no matter what the model would say. So each request is the same work.</summary>
    public async Task<StreamedAnswer> StreamAsync(string model, string prompt, int tokens, TimeSpan deadline, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(deadline);
        var begun = _clock.GetTimestamp();
        List<long> chunks = [];
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post,
                "/v1/completions")
            { Content = Json(new StreamRequest(model, prompt, tokens, 0), VllmStreamJson.Default.StreamRequest) };
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
                return Failed($"/v1/completions answered {(int)response.StatusCode}: {Shorten(await response.Content.ReadAsStringAsync(limit.Token))}");
            return await ReadAsync(await response.Content.ReadAsStreamAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failed($"not whole within {deadline.TotalSeconds:0.#} s");
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
        {
            return Failed(broken.InnerException is KeyWithheldException withheld ? withheld.Message : Shorten(broken.Message));
        }

        async Task<StreamedAnswer> ReadAsync(Stream answer)
        {
            var (buffer, filled, whole, said, reason) = (new byte[LineBytes], 0, 0L, 0, "");
            while (await answer.ReadAsync(buffer.AsMemory(filled), limit.Token) is > 0 and var read)
            {
                (filled, whole) = (filled + read, whole + read);
                var rest = buffer.AsMemory(0, filled);
                for (int end; (end = rest.Span.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
                {
                    if (Take(rest.Span[..end], ref said, ref reason) is { } wrong)
                        return Failed(wrong);
                }

                rest.CopyTo(buffer);
                filled = rest.Length;
                // The other end may be any program, and may answer without end.
                if (filled == buffer.Length || whole > LineBytes * (tokens + 16L))
                    return Failed($"the stream is no answer of {tokens} tokens: "
                        + $"{(filled == buffer.Length ? $"a line has more than {LineBytes} bytes" : $"{whole} bytes and no end")}");
            }

            if (Take(buffer.AsSpan(0, filled), ref said, ref reason) is { } last)
                return Failed(last);
            return reason is "length" or "stop" && chunks.Count > 0
                ? Answer(said, null)
                : Failed(reason.Length == 0 ? "the stream ended early" : $"finish_reason {Shorten(reason)}");
        }

        string? Take(ReadOnlySpan<byte> line, ref int said, ref string reason)
        {
            line = line.TrimEnd((byte)'\r');
            if (!line.StartsWith(DataPrefix) || line.EndsWith("[DONE]"u8))
                return null;
            var chunk = JsonSerializer.Deserialize(line[DataPrefix.Length..], VllmStreamJson.Default.StreamChunk);
            if (chunk is null or { Error: not null })
                return $"an error in the stream: {Shorten(Encoding.UTF8.GetString(line))}";
            said = chunk.Usage?.CompletionTokens ?? said;
            if (chunk.Choices is not [{ } choice, ..])
                return null;
            chunks.Add(_clock.GetTimestamp());
            reason = choice.FinishReason ?? reason;
            return null;
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
