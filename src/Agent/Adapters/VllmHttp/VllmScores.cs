using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Adapters.VllmHttp;

/// <summary>An answer at temperature 0, as token ids. The text of a token does not identify it: half a Chinese character has no text.</summary>
/// <param name="NotANumber">The number of tokens with null in place of a log-probability.</param>
internal sealed record GreedyAnswer(string Text, IReadOnlyList<int> Tokens, int NotANumber, string? Fingerprint);

/// <summary>An engine's score of a token at its place: the log-probability of the token, and those of the likeliest tokens.</summary>
internal sealed record TokenScore(int Token, double? LogProbability, IReadOnlyDictionary<int, double> Top)
{
    /// <summary>The token that the engine itself would choose here.</summary>
    [JsonIgnore]
    public int Likeliest => Top.Count == 0 ? -1 : Top.MaxBy(t => t.Value).Key;
}

/// <summary>The scores of one text, token by token.</summary>
internal sealed record TokenScores(IReadOnlyList<TokenScore> Tokens);

/// <summary>Answers with log-probabilities. vLLM does not give them for the whole vocabulary, and gives no logits.</summary>
internal sealed partial class VllmClient
{
    private const string IdPrefix = "token_id:";

    public Task<VllmAnswer<VersionAnswer>> VersionAsync(TimeSpan deadline, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Get, "/version", null, deadline,
            text => JsonSerializer.Deserialize(text, VllmScoreJson.Default.VersionAnswer) is { Version: not null } answer ? answer : null, cancellation);

    public Task<VllmAnswer<int[]>> TokenizeAsync(string model, string text, TimeSpan deadline, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, "/tokenize", Json(new TokenizeRequest(model, text), VllmScoreJson.Default.TokenizeRequest), deadline,
            answer => JsonSerializer.Deserialize(answer, VllmScoreJson.Default.TokenizeAnswer)?.Tokens, cancellation);

    public Task<VllmAnswer<GreedyAnswer>> GreedyAsync(string model, IReadOnlyList<int> prompt, int maxTokens, TimeSpan deadline, CancellationToken cancellation)
    {
        var body = Json(new ScoreRequest(model, prompt, maxTokens, 0) { Logprobs = 1, ReturnTokensAsTokenIds = true }, VllmScoreJson.Default.ScoreRequest);
        return SendAsync(HttpMethod.Post, "/v1/completions", body, deadline, Read, cancellation);

        static GreedyAnswer? Read(string text)
        {
            var answer = JsonSerializer.Deserialize(text, VllmScoreJson.Default.ScoreAnswer);
            if (answer?.Choices is not [{ FinishReason: "stop" or "length", Logprobs: { Tokens: { } words, TokenLogprobs: { } scores } } choice, ..])
                return null;
            List<int> tokens = [];
            foreach (var word in words)
            {
                if (word is null || !word.StartsWith(IdPrefix, StringComparison.Ordinal)
                    || !int.TryParse(word.AsSpan(IdPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var token))
                    return null;
                tokens.Add(token);
            }

            return new GreedyAnswer(choice.Text ?? "", tokens, scores.Count(p => p is not { } score || !double.IsFinite(score)), answer.SystemFingerprint);
        }
    }

    /// <summary>
    /// Scores given tokens, the last ones of a text. Every engine gets the same tokens, no matter which ones it would choose itself.
    /// </summary>
    public Task<VllmAnswer<TokenScores>> ScoreAsync(string model, IReadOnlyList<int> text, int last, int top, TimeSpan deadline, CancellationToken cancellation)
    {
        var body = Json(new ScoreRequest(model, text, 1, 0) { PromptLogprobs = top }, VllmScoreJson.Default.ScoreRequest);
        return SendAsync(HttpMethod.Post, "/v1/completions", body, deadline, Read, cancellation);

        TokenScores? Read(string answer) =>
            JsonSerializer.Deserialize(answer, VllmScoreJson.Default.ScoreAnswer)?.Choices is [{ PromptLogprobs: { } places }, ..]
                && places.Length == text.Count
                ? new TokenScores([.. text.Zip(places).TakeLast(last).Select(p => Score(p.First, p.Second))])
                : null;
    }

    private static TokenScore Score(int token, Dictionary<string, PlaceScore>? place)
    {
        Dictionary<int, double> top = [];
        foreach (var (id, found) in place ?? [])
        {
            if (found?.Logprob is { } logProbability && double.IsFinite(logProbability)
                && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var key))
                top[key] = logProbability;
        }

        return new TokenScore(token, top.TryGetValue(token, out var own) ? own : null, top);
    }
}

internal sealed record VersionAnswer(string Version);

internal sealed record TokenizeRequest(string Model, string Prompt);

internal sealed record TokenizeAnswer(int[]? Tokens);

internal sealed record ScoreRequest(string Model, IReadOnlyList<int> Prompt, int MaxTokens, double Temperature)
{
    public int? Logprobs { get; init; }

    public int? PromptLogprobs { get; init; }

    public bool? ReturnTokensAsTokenIds { get; init; }
}

internal sealed record ScoreAnswer(ScoreChoice[]? Choices, string? SystemFingerprint);

internal sealed record ScoreChoice(string? Text, string? FinishReason, ChoiceScores? Logprobs, Dictionary<string, PlaceScore>?[]? PromptLogprobs);

internal sealed record ChoiceScores(string[] Tokens, double?[] TokenLogprobs);

internal sealed record PlaceScore(double? Logprob);

[JsonSerializable(typeof(VersionAnswer))]
[JsonSerializable(typeof(TokenizeRequest))]
[JsonSerializable(typeof(TokenizeAnswer))]
[JsonSerializable(typeof(ScoreRequest))]
[JsonSerializable(typeof(ScoreAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class VllmScoreJson : JsonSerializerContext;
