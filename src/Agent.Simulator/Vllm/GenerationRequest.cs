using System.Text.Json;

namespace Agent.Simulator.Vllm;

/// <summary>The body of a completion or chat request. A body that breaks its rules gets a 400 with vLLM's words.</summary>
internal sealed class GenerationRequest
{
    private const int CompletionTokens = 16;
    private const int TemplateTokens = 8;

    private readonly JsonElement _body;
    private readonly VllmOptions _options;

    public GenerationRequest(JsonElement body, bool chat, VllmOptions options)
    {
        (_body, _options, Chat) = (body, options, chat);
        if (body.ValueKind != JsonValueKind.Object)
            throw new BadRequestException("[{'type': 'model_attributes_type', 'loc': ('body',), 'msg': 'Input should be a valid dictionary'}]");
        Model = Text("model") ?? options.ServedNames[0];
        Prompts = chat ? [Conversation()] : Completions();
        Stream = Flag("stream");
        WithUsage = body.TryGetProperty("stream_options", out var stream) && stream.ValueKind == JsonValueKind.Object
            && stream.TryGetProperty("include_usage", out var usage) && usage.ValueKind == JsonValueKind.True;
        Choices = Whole("n") ?? 1;
        if (Choices < 1)
            throw new BadRequestException($"n must be at least 1, got {Choices}.");
        Greedy = body.TryGetProperty("temperature", out var temperature) && temperature.ValueKind == JsonValueKind.Number && temperature.GetDouble() < 0.01;
        TopLogProbabilities = chat ? Flag("logprobs") ? Whole("top_logprobs") ?? 0 : null : Whole("logprobs");
        Stops = Strings("stop");
        IgnoreEnd = Flag("ignore_eos");
        PromptLogProbabilities = Whole("prompt_logprobs");
        WithTokenIds = Flag("return_tokens_as_token_ids");
    }

    public bool Chat { get; }

    public string Model { get; }

    public IReadOnlyList<string> Prompts { get; }

    public bool Stream { get; }

    public bool WithUsage { get; }

    public int Choices { get; }

    public bool Greedy { get; }

    public int? TopLogProbabilities { get; }

    public int? PromptLogProbabilities { get; }

    /// <summary>Tokens in log-probabilities are named by their ids.</summary>
    public bool WithTokenIds { get; }

    private string[] Stops { get; }

    private bool IgnoreEnd { get; }

    /// <summary>One order for each choice of each prompt. A sampled answer differs from time to time.</summary>
    public List<EngineOrder> Orders()
    {
        List<EngineOrder> orders = [];
        foreach (var prompt in Prompts)
        {
            var read = LanguageModel.TokensOf(prompt) + (Chat ? TemplateTokens : 0);
            var room = _options.MaxLength - read;
            var most = Whole("max_completion_tokens") ?? Whole("max_tokens") ?? (Chat ? Math.Max(1, room) : CompletionTokens);
            if (most < 1)
                throw new BadRequestException($"max_tokens must be at least 1, got {most}.");
            if (read + most > _options.MaxLength)
                throw new BadRequestException($"This model's maximum context length is {_options.MaxLength} tokens. However, you requested {read + most} "
                    + $"tokens ({read} in the {(Chat ? "messages" : "prompt")}, {most} in the completion). Please reduce the length of the "
                    + $"{(Chat ? "messages" : "prompt")} or completion.");
            for (var i = 0; i < Choices; i++)
                orders.Add(new EngineOrder(EngineOrder.Add, 0, prompt, read, most, Greedy ? 0 : 1 + (uint)Random.Shared.Next(1, 100_000), IgnoreEnd, Stops,
                    PromptLogProbabilities is not null));
        }

        return orders;
    }

    private string Conversation()
    {
        if (!_body.TryGetProperty("messages", out var messages) || messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
            throw new BadRequestException("[{'type': 'missing', 'loc': ('body', 'messages'), 'msg': 'Field required'}]");
        return string.Join('\n', messages.EnumerateArray().Select(Content));
    }

    private static string Content(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("content", out var content))
            return "";
        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(content.EnumerateArray()
                .Select(p => p.ValueKind == JsonValueKind.Object && p.TryGetProperty("text", out var text) ? text.GetString() : "")),
            _ => "",
        };
    }

    private List<string> Completions()
    {
        if (!_body.TryGetProperty("prompt", out var prompt))
            throw new BadRequestException("Either prompt or prompt_embeds must be provided and non-empty.");
        if (prompt.ValueKind == JsonValueKind.String)
            return [prompt.GetString()!];
        if (prompt.ValueKind != JsonValueKind.Array || prompt.GetArrayLength() == 0)
            throw new BadRequestException("Either prompt or prompt_embeds must be provided and non-empty.");
        // Token ids become their words. Unknown ids become as many other words, so that the counts are right.
        return prompt[0].ValueKind == JsonValueKind.Number
            ? [Words(prompt)]
            : [.. prompt.EnumerateArray().Select(p => p.ValueKind == JsonValueKind.Array ? Words(p) : p.ToString())];
    }

    private static string Words(JsonElement ids) => string.Concat(ids.EnumerateArray().Select(i => i.TryGetUInt32(out var id) ? Vocabulary.Word(id) : " " + i));

    private string[] Strings(string key)
    {
        if (!_body.TryGetProperty(key, out var value))
            return [];
        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Select(v => v.ToString()).Where(v => v.Length > 0)],
            _ => [],
        };
    }

    private string? Text(string key) => _body.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private bool Flag(string key) => _body.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.True;

    private int? Whole(string key)
    {
        if (!_body.TryGetProperty(key, out var value) || value.ValueKind is JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw new BadRequestException(
                $"[{{'type': 'int_parsing', 'loc': ('body', '{key}'), 'msg': 'Input should be a valid integer', 'input': '{value}'}}]");
    }
}

internal sealed class BadRequestException(string message) : Exception(message);
