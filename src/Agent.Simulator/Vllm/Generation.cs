using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Agent.Simulator.Vllm;

/// <summary>One completion or chat request on its way through the engine, and its answer, whole or as a stream.</summary>
internal sealed class Generation(HttpContext context, GenerationRequest asked, VllmOptions options, EngineClient engine)
{
    /// <summary>Python leaves quotes, ampersands and other scripts as they are.</summary>
    public static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, TypeInfoResolver = EngineJson.Default };

    private readonly string _id = (asked.Chat ? "chatcmpl-" : "cmpl-") + Guid.NewGuid().ToString("N")[..16];
    private readonly long _created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    private readonly AnswerBodies _bodies = new(asked);

    public static JsonObject ErrorBody(int status, string type, string message) =>
        new() { ["message"] = message, ["type"] = type, ["param"] = null, ["code"] = status };

    public async Task RunAsync()
    {
        var orders = asked.Orders();
        if (engine.IsDead)
            throw new EngineDeadException();
        List<EngineRequest> requests = [.. orders.Select(engine.Add)];
        try
        {
            if (asked.Stream)
                await StreamAsync(requests);
            else
                await WholeAsync(requests);
        }
        catch (OperationCanceledException)
        {
            requests.ForEach(engine.Abort);
            throw;
        }
    }

    private async Task WholeAsync(List<EngineRequest> requests)
    {
        List<List<EngineToken>> answers = [];
        foreach (var request in requests)
        {
            List<EngineToken> tokens = [];
            await foreach (var token in request.Tokens.Reader.ReadAllAsync(context.RequestAborted))
                tokens.Add(token);
            answers.Add(tokens);
        }

        var choices = new JsonArray([.. answers.Select((tokens, index) => _bodies.Choice(index, tokens))]);
        var body = Head(asked.Chat ? "chat.completion" : "text_completion", choices);
        body["service_tier"] = null;
        body["system_fingerprint"] = Fingerprint();
        body["usage"] = Usage(requests, answers.Sum(a => a.Count(t => t.Reason != "abort")));
        if (asked.Chat)
            body["prompt_logprobs"] = null;
        body["kv_transfer_params"] = null;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString(Json), context.RequestAborted);
    }

    private async Task StreamAsync(List<EngineRequest> requests)
    {
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        try
        {
            if (asked.Chat)
            {
                foreach (var index in Enumerable.Range(0, requests.Count))
                    await EventAsync(Head("chat.completion.chunk", new JsonArray(AnswerBodies.Role(index))));
            }

            var said = 0;
            await foreach (var (index, token) in Merged(requests).ReadAllAsync(context.RequestAborted))
            {
                said += token.Reason == "abort" ? 0 : 1;
                await EventAsync(Head(asked.Chat ? "chat.completion.chunk" : "text_completion", new JsonArray(_bodies.Part(index, token))));
            }

            if (asked.WithUsage)
            {
                var last = Head(asked.Chat ? "chat.completion.chunk" : "text_completion", []);
                last["usage"] = Usage(requests, said);
                await EventAsync(last);
            }
        }
        catch (EngineDeadException)
        {
            // The 200 was sent already. So the error is a chunk, and [DONE] follows it all the same.
            await EventAsync(new JsonObject
            {
                ["error"] = ErrorBody(500, "InternalServerError",
                "EngineCore encountered an issue. See stack trace (above) for the root cause.")
            });
        }

        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }

    /// <summary>The tokens of all choices in the order of their arrival.</summary>
    private ChannelReader<(int Index, EngineToken Token)> Merged(List<EngineRequest> requests)
    {
        var merged = Channel.CreateUnbounded<(int, EngineToken)>();
        _ = Task.WhenAll(requests.Select(async (request, index) =>
        {
            await foreach (var token in request.Tokens.Reader.ReadAllAsync(context.RequestAborted))
                await merged.Writer.WriteAsync((index, token));
        })).ContinueWith(all => merged.Writer.TryComplete(all.Exception?.InnerException), TaskScheduler.Default);
        return merged.Reader;
    }

    private JsonObject Head(string kind, JsonArray choices) =>
        new() { ["id"] = _id, ["object"] = kind, ["created"] = _created, ["model"] = asked.Model, ["choices"] = choices };

    private string Fingerprint() =>
        $"vllm-{VllmProgram.Version}-{(options.TensorParallel > 1 ? $"tp{options.TensorParallel}-" : "")}"
        + $"{LanguageModel.Hash(options.Model + options.MaxLength):x8}";

    private static JsonObject Usage(List<EngineRequest> requests, int said)
    {
        var read = requests.DistinctBy(r => r.Order.Prompt).Sum(r => r.Order.PromptTokens);
        return new JsonObject { ["prompt_tokens"] = read, ["total_tokens"] = read + said, ["completion_tokens"] = said, ["prompt_tokens_details"] = null };
    }

    private async Task EventAsync(JsonObject data)
    {
        await context.Response.WriteAsync($"data: {data.ToJsonString(Json)}\n\n", Encoding.UTF8, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
