using System.Diagnostics.CodeAnalysis;

namespace Agent.Web;

/// <summary>
/// The frame of every answer: the refusals of the TCP listener, the headers that keep browsers from doing more with an answer than showing it, and
/// one sentence for every error that was not foreseen.
/// </summary>
internal sealed class Edge(ListenerGate gate, RequestDelegate answer, ILogger log)
{
    [SuppressMessage("Design", "CA1031", Justification = "Whatever goes wrong is the asker's answer; the agent goes on.")]
    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        try
        {
            // A connection of the Unix socket has no address.
            var refused = context.Connection.LocalIpAddress is null ? null : gate.Refuse(context.Request);
            await (refused is null ? answer(context) : Answers.RefuseAsync(context, refused));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for the answer any more.
        }
        catch (BadHttpRequestException broken)
        {
            await SayAsync(context, new(broken.StatusCode, broken.Message));
        }
        catch (Exception mistake)
        {
            LogMessages.AnswerFailed(log, mistake, context.Request.Method, context.Request.Path.ToUriComponent());
            await SayAsync(context, new(StatusCodes.Status500InternalServerError, "npu-agent could not answer this; its log says why"));
        }
    }

    /// <summary>Half an answer is no answer. So an answer that was begun is broken off.</summary>
    private static async Task SayAsync(HttpContext context, Refusal refusal)
    {
        if (context.Response.HasStarted)
            context.Abort();
        else
            await Answers.RefuseAsync(context, refusal);
    }
}
