using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agent.Simulator.Vllm;

/// <summary>vLLM's HTTP: /health reads a flag, /v1/models is static, completions go through the engine.</summary>
internal static class HttpApi
{
    public static WebApplication Build(VllmOptions options, Scheduler scheduler, VllmMetrics metrics, Socket socket)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // The handle of a socket that is bound already: Kestrel calls listen() on it now, minutes after the bind.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)socket.Handle));
        var app = builder.Build();
        app.MapGet("/health", (HttpContext context) => Status(context, scheduler.Dead ? 503 : 200));
        app.MapGet("/ping", (HttpContext context) => Status(context, scheduler.Dead ? 503 : 200));
        app.MapGet("/version", (HttpContext context) => Write(context, 200, new JsonObject { ["version"] = "0.11.0" }));
        app.MapGet("/metrics", async (HttpContext context) =>
        {
            scheduler.Watch();
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await context.Response.WriteAsync(metrics.Text());
        });
        app.MapGet("/v1/models", (HttpContext context) => Allowed(context, options)
            ? Write(context, 200, new JsonObject { ["object"] = "list", ["data"] = new JsonArray(new JsonObject { ["id"] = options.ServedName, ["object"] = "model", ["created"] = 1764000000, ["owned_by"] = "vllm", ["root"] = options.Model, ["max_model_len"] = options.MaxLength }) })
            : Write(context, 401, new JsonObject { ["error"] = "Unauthorized" }));
        app.MapPost("/v1/completions", (HttpContext context) => CompleteAsync(context, options, scheduler, metrics, chat: false));
        app.MapPost("/v1/chat/completions", (HttpContext context) => CompleteAsync(context, options, scheduler, metrics, chat: true));
        return app;
    }

    private static async Task CompleteAsync(HttpContext context, VllmOptions options, Scheduler scheduler, VllmMetrics metrics, bool chat)
    {
        if (!Allowed(context, options))
        {
            await Write(context, 401, new JsonObject { ["error"] = "Unauthorized" });
            return;
        }

        JsonNode? body;
        try
        {
            body = await JsonNode.ParseAsync(context.Request.Body);
        }
        catch (JsonException broken)
        {
            await Error(context, 400, "BadRequestError", broken.Message);
            return;
        }

        var model = (string?)body?["model"] ?? options.ServedName;
        var prompt = chat ? (string?)body?["messages"]?.AsArray().LastOrDefault()?["content"] ?? "" : (string?)body?["prompt"] ?? "";
        var tokens = (int?)body?["max_tokens"] ?? 16;
        if (model != options.ServedName)
            await Error(context, 404, "NotFoundError", $"The model `{model}` does not exist.");
        else if (Answers.TokensOf(prompt) + tokens > options.MaxLength)
            await Error(context, 400, "BadRequestError", $"This model's maximum context length is {options.MaxLength} tokens. However, you requested {Answers.TokensOf(prompt) + tokens} tokens.");
        else if (scheduler.Dead)
            await Error(context, 500, "InternalServerError", "EngineCore encountered an issue. See stack trace (above) for the root cause.");
        else
            await AnswerAsync(context, scheduler, metrics, new EngineRequest(Answers.TokensOf(prompt), Answers.For(prompt, tokens, scheduler.SpeaksGarbage)), model, chat, (bool?)body?["stream"] ?? false);
    }

    private static async Task AnswerAsync(HttpContext context, Scheduler scheduler, VllmMetrics metrics, EngineRequest request, string model, bool chat, bool stream)
    {
        var id = (chat ? "chatcmpl-" : "cmpl-") + Guid.NewGuid().ToString("N");
        List<string> said = [];
        try
        {
            if (stream)
                context.Response.ContentType = "text/event-stream; charset=utf-8";
            await foreach (var token in scheduler.RunAsync(request, context.RequestAborted))
            {
                said.Add(token);
                if (stream)
                    await Event(context, Chunk(id, model, chat, token, said.Count == request.Answer.Length ? "length" : null, stream: true));
            }

            if (stream)
            {
                await Event(context, new JsonObject { ["id"] = id, ["object"] = "text_completion", ["model"] = model, ["choices"] = new JsonArray(), ["usage"] = Usage(request, said.Count) });
                await context.Response.WriteAsync("data: [DONE]\n\n");
            }
            else
            {
                var answer = Chunk(id, model, chat, string.Concat(said), "length", stream: false);
                answer["usage"] = Usage(request, said.Count);
                await Write(context, 200, answer);
            }
        }
        catch (EngineDeadException)
        {
            if (stream)
            {
                await Event(context, new JsonObject { ["error"] = new JsonObject { ["message"] = "EngineCore encountered an issue.", ["type"] = "InternalServerError", ["code"] = 500 } });
                await context.Response.WriteAsync("data: [DONE]\n\n");
            }
            else
            {
                await Error(context, 500, "InternalServerError", "EngineCore encountered an issue. See stack trace (above) for the root cause.");
            }
        }
        catch (OperationCanceledException)
        {
            metrics.Aborted();
        }
    }

    private static JsonObject Chunk(string id, string model, bool chat, string text, string? reason, bool stream)
    {
        var choice = new JsonObject { ["index"] = 0, ["finish_reason"] = reason };
        if (chat)
            choice[stream ? "delta" : "message"] = new JsonObject { ["role"] = "assistant", ["content"] = text };
        else
            choice["text"] = text;
        return new JsonObject { ["id"] = id, ["object"] = chat ? "chat.completion" : "text_completion", ["created"] = 1764000000, ["model"] = model, ["choices"] = new JsonArray(choice), ["system_fingerprint"] = "vllm-0.11.0-simulated" };
    }

    private static JsonObject Usage(EngineRequest request, int completion) =>
        new() { ["prompt_tokens"] = request.PromptTokens, ["completion_tokens"] = completion, ["total_tokens"] = request.PromptTokens + completion };

    private static bool Allowed(HttpContext context, VllmOptions options) =>
        options.ApiKey is null || context.Request.Headers.Authorization == $"Bearer {options.ApiKey}";

    private static async Task Event(HttpContext context, JsonObject data)
    {
        await context.Response.WriteAsync($"data: {data.ToJsonString()}\n\n");
        await context.Response.Body.FlushAsync();
    }

    private static Task Error(HttpContext context, int status, string type, string message) =>
        Write(context, status, new JsonObject { ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = null, ["code"] = status } });

    private static Task Write(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString());
    }

    private static Task Status(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
