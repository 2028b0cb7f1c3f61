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
    private static readonly OperatorAnswer NoRequest = new(false, "the request is no JSON that is understood here");

    public static Task AnswerAsync(HttpContext context, Daemon daemon)
    {
        if (IsStranger(context))
            return SayAsync(context, StatusCodes.Status403Forbidden, "this listener is read-only; use the control socket (npu-agent on this host)\n");
        var method = HttpMethods.IsHead(context.Request.Method) ? HttpMethods.Get : context.Request.Method;
        return (method, context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
        {
            ("GET", ["metrics"]) => MetricsAsync(context, daemon),
            ("GET", ["healthz"]) => SayAsync(context, daemon.IsTurning ? 200 : 503, daemon.IsTurning ? "ok\n" : "the supervision loop stands still\n"),
            ("GET", ["status"]) => StatusAsync(context, daemon),
            ("GET", ["engines", var name]) => VerdictAsync(context, daemon, name),
            ("POST", ["engines", var name]) => ChangeAsync(context, daemon, name),
            ("POST", ["maintenance"]) => MaintainAsync(context, daemon),
            (_, ["metrics" or "healthz" or "status" or "maintenance"] or ["engines", _]) => SayAsync(context, StatusCodes.Status405MethodNotAllowed, $"{context.Request.Path} does not take {context.Request.Method}\n"),
            _ => SayAsync(context, StatusCodes.Status404NotFound, "there are /metrics, /healthz, /status and /engines/NAME\n"),
        };
    }

    private static async Task MetricsAsync(HttpContext context, Daemon daemon)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await daemon.Metrics.WriteAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task StatusAsync(HttpContext context, Daemon daemon)
    {
        var answer = await daemon.Loop.AskAsync(new AskStatus("status"), context.RequestAborted);
        await WriteAsync(context, daemon.StatusOf(answer.Status!), DocumentJson.Compact.StatusDocument);
    }

    private static Task VerdictAsync(HttpContext context, Daemon daemon, string engine)
    {
        var verdict = daemon.VerdictOn(engine);
        context.Response.StatusCode = verdict is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        return WriteAsync(context, verdict, DocumentJson.Compact.EngineVerdictDocument);
    }

    private static async Task MaintainAsync(HttpContext context, Daemon daemon) =>
        await AnswerAsync(context, await ReadAsync(context, ControlJson.Default.MaintenanceRequest) is { } request
            ? await MaintainAsync(daemon, request, context.RequestAborted)
            : NoRequest);

    private static async Task ChangeAsync(HttpContext context, Daemon daemon, string engine) =>
        await AnswerAsync(context, await ReadAsync(context, ControlJson.Default.EngineRequest) is { } request
            ? await ChangeAsync(daemon, engine, request, context.RequestAborted)
            : NoRequest);

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
            using var body = new StreamReader(context.Request.Body);
            return JsonSerializer.Deserialize(await body.ReadToEndAsync(context.RequestAborted), type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task AnswerAsync(HttpContext context, OperatorAnswer answer)
    {
        context.Response.StatusCode = answer.Accepted ? StatusCodes.Status200OK : StatusCodes.Status409Conflict;
        return WriteAsync(context, new ControlAnswer(answer.Accepted, answer.Text), ControlJson.Default.ControlAnswer);
    }

    private static async Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), context.RequestAborted);
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text);
    }

    /// <summary>
    /// A page in an operator's browser must not reach the agent: requests of a browser carry Origin or a strange Host. The
    /// Unix socket has no address.
    /// </summary>
    private static bool IsStranger(HttpContext context)
    {
        var overSocket = context.Connection.LocalIpAddress is null;
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        return !overSocket && (!reads || context.Request.Headers.ContainsKey("Origin"));
    }
}
