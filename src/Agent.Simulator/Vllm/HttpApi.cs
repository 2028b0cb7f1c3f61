using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Agent.Simulator.Vllm;

/// <summary>vLLM's HTTP: /health reads a flag, /v1/models is static, completions go through the engine.</summary>
internal sealed class HttpApi(VllmOptions options, EngineClient engine, VllmMetrics metrics, HttpTrouble trouble, VllmLog log)
{
    public static readonly (string Path, string Method)[] Routes =
    [
        ("/health", "GET"), ("/load", "GET"), ("/ping", "POST"), ("/ping", "GET"), ("/version", "GET"), ("/metrics", "GET"), ("/tokenize", "POST"),
        ("/v1/models", "GET"), ("/v1/chat/completions", "POST"), ("/v1/completions", "POST"),
    ];

    private readonly long _created = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public static WebApplication Build(VllmOptions options, EngineClient engine, VllmMetrics metrics, Socket socket, HttpTrouble trouble, VllmLog log)
    {
        // The builder is empty: other builders read appsettings.json in the folder in which the engine was started, and watch it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // The host's own lifetime would stop the server at SIGTERM. Here the API server decides that.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        // This is the handle of a bound socket. Kestrel calls listen() on it now, minutes after the bind.
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.ListenHandle((ulong)socket.Handle);
            kestrel.AddServerHeader = false;
        });
        var app = builder.Build();
        app.Run(new HttpApi(options, engine, metrics, trouble, log).AnswerAsync);
        return app;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        if (!await trouble.LetsThroughAsync(request.Path, context.RequestAborted))
            return;
        await RouteAsync(context, request.Path.Value ?? "/");
        if (!context.RequestAborted.IsCancellationRequested)
            log.Uvicorn($"{context.Connection.RemoteIpAddress}:{context.Connection.RemotePort} - \"{request.Method} {request.Path}{request.QueryString} "
                + $"HTTP/1.1\" {context.Response.StatusCode} {Phrase(context.Response.StatusCode)}");
    }

    private Task RouteAsync(HttpContext context, string path)
    {
        if (path.StartsWith("/v1", StringComparison.Ordinal) && !Allowed(context))
            return Write(context, 401, new JsonObject { ["error"] = "Unauthorized" });
        if (!Array.Exists(Routes, r => r.Path == path))
            return Write(context, 404, new JsonObject { ["detail"] = "Not Found" });
        if (!Array.Exists(Routes, r => r.Path == path && r.Method == context.Request.Method))
            return Write(context, 405, new JsonObject { ["detail"] = "Method Not Allowed" });
        return path switch
        {
            "/health" or "/ping" => Empty(context, engine.IsDead ? 503 : 200),
            "/version" => Write(context, 200, new JsonObject { ["version"] = VllmProgram.Version }),
            "/load" => Write(context, 200, new JsonObject { ["server_load"] = 0 }),
            "/metrics" => MetricsAsync(context),
            "/v1/models" => Write(context, 200, Models()),
            "/tokenize" => TokenizeAsync(context),
            _ => GenerateAsync(context, chat: path == "/v1/chat/completions"),
        };
    }

    private async Task GenerateAsync(HttpContext context, bool chat)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            var asked = new GenerationRequest(body.RootElement, chat, options);
            if (!options.ServedNames.Contains(asked.Model))
                await Error(context, 404, "NotFoundError", $"The model `{asked.Model}` does not exist.");
            else
                await new Generation(context, asked, options, engine).RunAsync();
        }
        catch (Exception bad) when (bad is BadRequestException or JsonException)
        {
            await Error(context, 400, "BadRequestError", bad.Message);
        }
        catch (EngineDeadException)
        {
            await Error(context, 500, "InternalServerError", "EngineCore encountered an issue. See stack trace (above) for the root cause.");
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or BadHttpRequestException)
        {
            // The client left, and the engine was told.
        }
    }

    private async Task TokenizeAsync(HttpContext context)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            var words = LanguageModel.Split(body.RootElement.GetProperty("prompt").GetString() ?? "");
            var ids = new JsonArray([.. words.Select(w => JsonValue.Create(Vocabulary.Id(w)))]);
            await Write(context, 200, new JsonObject
            {
                ["count"] = words.Length,
                ["max_model_len"] = options.MaxLength,
                ["tokens"] = ids,
                ["token_strs"] = null
            });
        }
        catch (Exception bad) when (bad is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await Error(context, 400, "BadRequestError", bad.Message);
        }
    }

    private async Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(metrics.Text());
    }

    private JsonObject Models() => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. options.ServedNames.Select(name => new JsonObject
        {
            ["id"] = name, ["object"] = "model", ["created"] = _created, ["owned_by"] = "vllm", ["root"] = options.Model, ["parent"] = null,
                ["max_model_len"] = options.MaxLength,
            ["permission"] = new JsonArray(new JsonObject
            {
                ["id"] = "modelperm-862405855bc87f27", ["object"] = "model_permission", ["created"] = _created, ["allow_create_engine"] = false,
                    ["allow_sampling"] = true, ["allow_logprobs"] = true,
                ["allow_search_indices"] = false, ["allow_view"] = true, ["allow_fine_tuning"] = false, ["organization"] = "*", ["group"] = null,
                    ["is_blocking"] = false,
            }),
        })]),
    };

    private bool Allowed(HttpContext context) =>
        options.ApiKeys.Count == 0 || HttpMethods.IsOptions(context.Request.Method)
            || options.ApiKeys.Any(k => context.Request.Headers.Authorization == $"Bearer {k}");

    private static string Phrase(int status) => Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status);

    private static Task Error(HttpContext context, int status, string type, string message) =>
        Write(context, status, new JsonObject { ["error"] = Generation.ErrorBody(status, type, message) });

    private static Task Write(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body.ToJsonString(Generation.Json));
    }

    private static Task Empty(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
