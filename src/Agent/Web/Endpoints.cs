using Agent.Adapters;
using Agent.Supervision;

namespace Agent.Web;

/// <summary>
/// The answers of the daemon. The TCP listener is read-only. Every change comes through the Unix socket, which the file mode guards.
/// </summary>
internal static class Endpoints
{
    public static Task AnswerAsync(HttpContext context, Daemon daemon, TimeProvider clock, ILogger log)
    {
        var method = HttpMethods.IsHead(context.Request.Method) ? HttpMethods.Get : context.Request.Method;
        return (method, context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries)) switch
        {
            ("GET", ["metrics"]) => MetricsAsync(context, daemon),
            ("GET", ["healthz"]) => HealthAsync(context, daemon.Present.Trouble),
            ("GET", ["status"]) => StatusAsync(context, daemon),
            ("GET", ["engines", var name]) => VerdictAsync(context, daemon, clock, name),
            ("POST", ["engines", var name]) => AskAsync(context, daemon, clock, log, body => ControlRequests.Engine(body, name, Names(daemon))),
            ("POST", ["maintenance"]) => AskAsync(context, daemon, clock, log, body => ControlRequests.Maintenance(body, Names(daemon))),
            ("POST", ["notices", "retry"]) => AskAsync(context, daemon, clock, log, body => ControlRequests.Retry(body, Channels(daemon))),
            (_, ["notices", "retry"] or ["metrics" or "healthz" or "status" or "maintenance"] or ["engines", _]) => Answers.RefuseAsync(context,
                new(StatusCodes.Status405MethodNotAllowed,
                    "this path takes other methods: GET and HEAD, or POST for /maintenance, /engines/NAME and /notices/retry")),
            _ => Answers.RefuseAsync(context, new(StatusCodes.Status404NotFound,
                "there are /metrics, /healthz, /status, /engines/NAME, /maintenance and /notices/retry")),
        };
    }

    private static Task HealthAsync(HttpContext context, string? trouble) =>
        Answers.SayAsync(context, trouble is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, (trouble ?? "ok") + "\n");

    private static async Task MetricsAsync(HttpContext context, Daemon daemon)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await daemon.Metrics.WriteAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task StatusAsync(HttpContext context, Daemon daemon)
    {
        var answer = await daemon.Loop.AskAsync(new AskStatus("status"), context.RequestAborted);
        await Answers.WriteAsync(context, daemon.Present.Of(answer.Status!), daemon.Present.Documents.StatusDocument);
    }

    private static Task VerdictAsync(HttpContext context, Daemon daemon, TimeProvider clock, string engine)
    {
        var verdict = daemon.Present.VerdictOn(engine)?.Moved(clock.SetBy());
        context.Response.StatusCode = verdict is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        return Answers.WriteAsync(context, verdict, daemon.Present.Documents.EngineVerdictDocument);
    }

    private static async Task AskAsync(HttpContext context, Daemon daemon, TimeProvider clock, ILogger log, Func<ReadOnlyMemory<byte>, ControlRequest> read)
    {
        var (body, refused) = await ControlBody.ReadAsync(context, clock);
        var request = refused is null ? read(body) : ControlRequest.No(refused);
        if (request.Command is not { } command)
        {
            await Answers.RefuseAsync(context, request.Refused!);
            return;
        }

        var asked = command(await Caller.OfAsync(context));
        // It is logged before it is done: a caller that hangs up meanwhile did ask.
        LogMessages.Asked(log, asked.By, request.What);
        var answer = await daemon.AskAsync(asked, context.RequestAborted);
        context.Response.StatusCode = answer.Accepted ? StatusCodes.Status200OK : StatusCodes.Status409Conflict;
        await Answers.WriteAsync(context, new ControlAnswer(answer.Accepted, daemon.Present.Gate.Clean(answer.Text)), ControlJson.Default.ControlAnswer);
    }

    private static List<string> Channels(Daemon daemon) => [.. daemon.Settings.Notifiers.Select(n => n.Name)];

    private static List<string> Names(Daemon daemon) => [.. daemon.Present.Engines.Select(e => e.Name)];
}
