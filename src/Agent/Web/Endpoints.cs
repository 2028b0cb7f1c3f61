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
        app.MapGet("/metrics", async (HttpContext context) =>
        {
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await daemon.Metrics.WriteAsync(context.Response.Body, context.RequestAborted);
        });
        app.MapGet("/healthz", () => daemon.IsTurning ? Results.Text("ok\n") : Results.Text("the supervision loop stands still\n", statusCode: 503));
        app.MapGet("/status", async (HttpContext context) =>
        {
            var answer = await daemon.Loop.AskAsync(new AskStatus("status"), context.RequestAborted);
            return Results.Json(daemon.StatusOf(answer.Status!), DocumentJson.Compact.StatusDocument);
        });
        app.MapPost("/maintenance", async (HttpContext context, MaintenanceRequest request) =>
        {
            if (!Subject.TryParse(request.Subject, out var subject) || subject.Kind is not (SubjectKind.Host or SubjectKind.Engine))
                return Answer(new OperatorAnswer(false, $"'{request.Subject}' can have no maintenance; use host or engine:NAME"));
            if (subject.Kind == SubjectKind.Engine && !daemon.Engines.Any(e => e.Name == subject.Id))
                return Answer(new OperatorAnswer(false, $"no engine '{subject.Id}'"));
            OperatorCommand command = request.Minutes > 0
                ? new SetMaintenance(request.By, subject, TimeSpan.FromMinutes(request.Minutes), request.Reason)
                : new EndMaintenance(request.By, subject);
            return Answer(await daemon.Loop.AskAsync(command, context.RequestAborted));
        });
        app.MapPost("/engines/{name}", async (HttpContext context, string name, EngineRequest request) =>
            Enum.TryParse<EngineVerb>(request.Verb, ignoreCase: true, out var verb)
                ? Answer(await daemon.Loop.AskAsync(new ChangeEngine(request.By, name, verb, request.Reason), context.RequestAborted))
                : Answer(new OperatorAnswer(false, $"'{request.Verb}' is no verb; use start, stop or restart")));
        app.MapPost("/bundles", async (HttpContext context) =>
        {
            var outcome = await daemon.Collect("manual", true, _ => { }, context.RequestAborted);
            return Answer(new OperatorAnswer(outcome.Bundle is not null, outcome.Bundle ?? outcome.Detail));
        });
    }

    private static IResult Answer(OperatorAnswer answer) =>
        Results.Json(new ControlAnswer(answer.Accepted, answer.Text), ControlJson.Default.ControlAnswer, statusCode: answer.Accepted ? 200 : 409);

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
