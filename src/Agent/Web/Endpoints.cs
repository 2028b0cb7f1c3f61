using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agent.Domain.Observations;
using Agent.Reports;
using Agent.Supervision;

namespace Agent.Web;

/// <summary>
/// What the daemon answers. The TCP listener is read-only; everything that changes something comes through the Unix socket,
/// which the file mode guards.
/// </summary>
internal static class Endpoints
{
    public static void Map(WebApplication app, Daemon daemon)
    {
        app.Use(RefuseStrangers);
        app.MapGet("/metrics", async context =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await daemon.Metrics.WriteAsync(context.Response.Body, context.RequestAborted);
        });
        app.MapGet("/healthz", context => Say(context, daemon.IsTurning ? 200 : 503, daemon.IsTurning ? "ok\n" : "the supervision loop stands still\n"));
        app.MapGet("/status", async context =>
        {
            var answer = await daemon.Loop.AskAsync(new AskStatus("status"), context.RequestAborted);
            await context.Response.WriteAsJsonAsync(daemon.StatusOf(answer.Status!), DocumentJson.Compact.StatusDocument);
        });
        app.MapGet("/engines/{name}", async context =>
        {
            var verdict = daemon.VerdictOn((string)context.GetRouteValue("name")!);
            context.Response.StatusCode = verdict is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
            await context.Response.WriteAsJsonAsync(verdict, DocumentJson.Compact.EngineVerdictDocument);
        });
        app.MapPost("/maintenance", async context =>
            await AnswerAsync(context, await ReadAsync(context, ControlJson.Default.MaintenanceRequest) is { } request
                ? await MaintainAsync(daemon, request, context.RequestAborted)
                : NoRequest));
        app.MapPost("/engines/{name}", async context =>
            await AnswerAsync(context, await ReadAsync(context, ControlJson.Default.EngineRequest) is { } request
                ? await ChangeAsync(daemon, (string)context.GetRouteValue("name")!, request, context.RequestAborted)
                : NoRequest));
    }

    private static readonly OperatorAnswer NoRequest = new(false, "the request is no JSON that is understood here");

    private static async Task<OperatorAnswer> MaintainAsync(Daemon daemon, MaintenanceRequest request, CancellationToken cancellation)
    {
        if (!Subject.TryParse(request.Subject, out var subject) || subject.Kind is not (SubjectKind.Host or SubjectKind.Engine))
            return new OperatorAnswer(false, $"'{request.Subject}' can have no maintenance; use host or engine:NAME");
        if (subject.Kind == SubjectKind.Engine && !daemon.Engines.Any(e => e.Name == subject.Id))
            return new OperatorAnswer(false, $"no engine '{subject.Id}'; there are: {string.Join(", ", daemon.Engines.Select(e => e.Name))}");
        OperatorCommand command = request.Minutes > 0
            ? new SetMaintenance(request.By, subject, TimeSpan.FromMinutes(request.Minutes), request.Reason)
            : new EndMaintenance(request.By, subject);
        return await daemon.Loop.AskAsync(command, cancellation);
    }

    private static async Task<OperatorAnswer> ChangeAsync(Daemon daemon, string engine, EngineRequest request, CancellationToken cancellation) =>
        Enum.TryParse<EngineVerb>(request.Verb, ignoreCase: true, out var verb)
            ? await daemon.Loop.AskAsync(new ChangeEngine(request.By, engine, verb, request.Reason), cancellation)
            : new OperatorAnswer(false, $"'{request.Verb}' is no verb; use start, stop or restart");

    private static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await context.Request.ReadFromJsonAsync(type, context.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task AnswerAsync(HttpContext context, OperatorAnswer answer)
    {
        context.Response.StatusCode = answer.Accepted ? StatusCodes.Status200OK : StatusCodes.Status409Conflict;
        return context.Response.WriteAsJsonAsync(new ControlAnswer(answer.Accepted, answer.Text), ControlJson.Default.ControlAnswer);
    }

    private static Task Say(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text);
    }

    /// <summary>
    /// A page in an operator's browser must not reach the agent: requests of a browser carry Origin or a strange Host. The
    /// Unix socket has no address.
    /// </summary>
    private static Task RefuseStrangers(HttpContext context, RequestDelegate next)
    {
        var overSocket = context.Connection.LocalIpAddress is null;
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (overSocket || (reads && !context.Request.Headers.ContainsKey("Origin")))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return context.Response.WriteAsync("this listener is read-only; use the control socket (npu-agent on this host)\n");
    }
}
