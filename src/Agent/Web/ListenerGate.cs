using System.Collections.Concurrent;

namespace Agent.Web;

/// <summary>Why a request is not answered.</summary>
internal sealed record Refusal(int Status, string Text);

/// <summary>
/// The TCP listener answers every reader that uses a name of this host, and no page of another site. A page of another site shows itself by Origin,
/// by Sec-Fetch-Site (browsers send that to loopback names) or by its own name as Host.
/// </summary>
internal sealed class ListenerGate(ListenerNames names, Action<string> told)
{
    // Each refused name is told once. The limit keeps a sender of thousands of names from filling the log.
    private const int MaxTold = 10;

    private readonly ConcurrentDictionary<string, bool> _told = new();

    /// <returns>Null when the request is to be answered.</returns>
    public Refusal? Refuse(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return new(StatusCodes.Status403Forbidden, "this listener is read-only; use the control socket (npu-agent on this host)");
        if (request.Headers.Origin.Count > 0 || request.Headers["Sec-Fetch-Site"].Any(site => site is not ("none" or "same-origin")))
            return new(StatusCodes.Status403Forbidden, "this listener answers no page of another site; open it by its own address");
        if (request.Headers.Host.Count != 1 || ListenerNames.NameIn(request.Headers.Host) is not { } name)
            return new(StatusCodes.Status421MisdirectedRequest,
                "this listener answers only requests with one Host header that names this host, for example Host: localhost");
        return names.Have(name) ? null : Stranger(name);
    }

    private Refusal Stranger(string name)
    {
        if (_told.Count < MaxTold && _told.TryAdd(name, true))
            told($"listen: a request for the name '{name}' was refused; if it is a name of this host, add it to listen_names");
        return new(StatusCodes.Status421MisdirectedRequest,
            $"this listener does not answer to the name '{name}'; if it is a name of this host, add it to listen_names in agent.yaml");
    }
}
