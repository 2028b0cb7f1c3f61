using System.Text;
using System.Text.Json.Nodes;

namespace Agent.Simulator.Vllm;

/// <summary>The choices of an answer: text or message, with log probabilities when they are asked for.</summary>
internal sealed class AnswerBodies(GenerationRequest asked)
{
    public JsonObject Choice(int index, List<EngineToken> tokens)
    {
        var text = string.Concat(tokens.Select(t => t.Text));
        var choice = new JsonObject { ["index"] = index };
        if (asked.Chat)
            choice["message"] = new JsonObject
            {
                ["role"] = "assistant",
                ["content"] = text.TrimStart(),
                ["refusal"] = null,
                ["annotations"] = null,
                ["audio"] = null,
                ["function_call"] = null,
                ["tool_calls"] = new JsonArray(),
                ["reasoning_content"] = null
            };
        else
            choice["text"] = text;
        choice["logprobs"] = Probabilities(tokens);
        choice["finish_reason"] = tokens.LastOrDefault()?.Reason;
        choice["stop_reason"] = null;
        if (!asked.Chat)
            choice["prompt_logprobs"] = PromptProbabilities(index, tokens);
        return choice;
    }

    public JsonObject Part(int index, EngineToken token) => new()
    {
        ["index"] = index,
        [asked.Chat ? "delta" : "text"] = asked.Chat ? new JsonObject { ["content"] = token.Text } : token.Text,
        ["logprobs"] = Probabilities([token]),
        ["finish_reason"] = token.Reason,
        ["stop_reason"] = null,
    };

    /// <summary>The first chunk of a chat stream.</summary>
    public static JsonObject Role(int index) =>
        new() { ["index"] = index, ["delta"] = new JsonObject { ["role"] = "assistant", ["content"] = "" }, ["logprobs"] = null, ["finish_reason"] = null };

    private JsonObject? Probabilities(List<EngineToken> tokens)
    {
        if (asked.TopLogProbabilities is not { } top)
            return null;
        return asked.Chat ? ChatProbabilities(tokens, top) : CompletionProbabilities(tokens, top);
    }

    private static JsonObject ChatProbabilities(List<EngineToken> tokens, int top) => new()
    {
        ["content"] = new JsonArray([.. tokens.Select(t =>
        {
            var entry = Entry(t.Text, t.LogProbability);
            entry["top_logprobs"] = new JsonArray([.. Candidates(t, top).Select(c => Entry(c.Text, c.LogProbability))]);
            return entry;
        })]),
    };

    /// <summary>One entry for each token of the prompt. The first entry has no value, because no token stands before it.</summary>
    private JsonArray? PromptProbabilities(int index, List<EngineToken> tokens)
    {
        if (asked.PromptLogProbabilities is not { } top || tokens.FirstOrDefault()?.PromptScores is not { } scores)
            return null;
        var words = LanguageModel.Split(asked.Prompts[index / asked.Choices]);
        return new JsonArray([null, .. words.Zip(scores).Skip(1).Select(p => new JsonObject(Enumerable.Range(0, Math.Max(1, top)).Select(rank =>
        {
            var word = rank == 0 ? p.First : $" other{rank}";
            return KeyValuePair.Create($"{Vocabulary.Id(word)}",
                (JsonNode?)new JsonObject { ["logprob"] = p.Second - (rank * 1.5), ["rank"] = rank + 1, ["decoded_token"] = word });
        })))]);
    }

    private string Name(string word) => asked.WithTokenIds ? $"token_id:{Vocabulary.Id(word)}" : word;

    private JsonObject CompletionProbabilities(List<EngineToken> tokens, int top)
    {
        var (offset, offsets) = (0, new JsonArray());
        foreach (var token in tokens)
        {
            offsets.Add((JsonNode)offset);
            offset += token.Text.Length;
        }

        return new JsonObject
        {
            ["text_offset"] = offsets,
            ["token_logprobs"] = new JsonArray([.. tokens.Select(t => JsonValue.Create(t.LogProbability))]),
            ["tokens"] = new JsonArray([.. tokens.Select(t => JsonValue.Create(Name(t.Text)))]),
            ["top_logprobs"] = new JsonArray(
                [.. tokens.Select(t => new JsonObject(Candidates(t, Math.Max(1, top))
                .Select(c => KeyValuePair.Create(Name(c.Text), (JsonNode?)c.LogProbability))))]),
        };
    }

    private static JsonObject Entry(string text, double probability) =>
        new()
        {
            ["token"] = text,
            ["logprob"] = probability,
            ["bytes"] = new JsonArray([.. Encoding.UTF8.GetBytes(text).Select(b => JsonValue.Create((int)b))])
        };

    private static IEnumerable<(string Text, double LogProbability)> Candidates(EngineToken token, int top)
    {
        for (var i = 0; i < top; i++)
            yield return (i == 0 ? token.Text : $" other{i}", token.LogProbability - (i * 1.5));
    }
}
