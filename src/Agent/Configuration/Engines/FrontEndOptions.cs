namespace Agent.Configuration.Engines;

/// <summary>What an option of vLLM's front end means to the agent, which asks over HTTP on the engine's port.</summary>
internal enum FrontEndAnswer
{
    /// <summary>Nothing changes for the agent.</summary>
    Asked,

    /// <summary>It can be asked still, and a person should know what is different.</summary>
    Told,

    /// <summary>It could not be asked, and would be taken for dead while it works.</summary>
    Refused,
}

/// <param name="Option">Without dashes.</param>
/// <param name="Text">What the agent does about it, and why.</param>
internal sealed record FrontEndOption(string Option, FrontEndAnswer Answer, string Text)
{
    /// <summary>The values that it is about; null: all.</summary>
    public Func<string, bool>? When { get; init; }

    public bool Concerns(string option, string value) =>
        option == Option && !string.Equals(value, "false", StringComparison.OrdinalIgnoreCase) && When?.Invoke(value) != false;
}

/// <summary>
/// Every option by which vLLM's front end is set (its <c>FrontendArgs</c>, those of <c>serve</c>, and those that decide who has a
/// front end), one by one: health, counters and canaries go by HTTP, so what changes that is refused or told. Options with keys
/// of their own are not among them.
/// </summary>
internal static class FrontEndOptions
{
    private const string NoPort =
        "this node has no port by design: it is watched by its processes, its log and its chips, and a hang is seen by the agent of "
        + "the node that has the API server; when one node is restarted the others of the group have to be, too";

    private const string NoHttp = "the agent knows by HTTP alone that an engine serves and what it answers, and would restart this one while it works";
    private const string Tls = "the agent asks by TLS too and takes any certificate: whose socket it is the kernel tells";
    private const string Clients = "is about answers to clients; the agent asks /health, /metrics, /v1/models and /v1/completions";
    private const string Logging = "changes what of requests is printed; stages, causes and deaths are read as before";

    public static readonly IReadOnlyList<FrontEndOption> All =
    [
        // Who has a front end at all, and of what kind.
        new("headless", FrontEndAnswer.Told, NoPort),
        new("grpc", FrontEndAnswer.Refused, $"vLLM then speaks gRPC on its port and no HTTP; {NoHttp}"),
        new("uds", FrontEndAnswer.Refused,
            $"vLLM then listens on a Unix socket and passes over host and port; {NoHttp}. Let host be 127.0.0.1 instead"),
        new("api-server-count", FrontEndAnswer.Told, NoPort) { When = v => v is "0" },
        new("api-server-count", FrontEndAnswer.Told,
            "several API servers share the port: a question reaches any one of them, /metrics adds them up, and requests in flight may be "
            + "cut at a stop, since they end before the engine core; stop.drain of the agent waits before that") { When = v => v is not ("0" or "1") },
        new("tokens-only", FrontEndAnswer.Refused, "it serves no /v1/completions, so no canary can be asked; take it out"),
        new("runner", FrontEndAnswer.Refused,
            "a pooling model serves no /v1/completions, so no canary can be asked; the agent supervises generating engines") { When = v => v is "pooling" },
        new("task", FrontEndAnswer.Refused,
            "it serves no /v1/completions, so no canary can be asked; the agent supervises generating engines") { When = v => v is not ("auto" or "generate") },
        new("convert", FrontEndAnswer.Refused,
            "it serves no /v1/completions, so no canary can be asked; the agent supervises generating engines") { When = v => v is not ("auto" or "none") },
        new("data-parallel-external-lb", FrontEndAnswer.Asked, "each rank is an engine with an API server and a port of its own"),
        new("data-parallel-hybrid-lb", FrontEndAnswer.Asked, "the API server of this node answers for its own ranks"),
        new("data-parallel-multi-port-external-lb", FrontEndAnswer.Told,
            "each rank listens on a port of its own, and the agent asks the first one; a rank that hangs alone is seen in the log only. "
            + "Better: an engine section for each rank"),
        new("data-parallel-rank", FrontEndAnswer.Asked, "each rank is an engine with an API server and a port of its own"),
        new("data-parallel-start-rank", FrontEndAnswer.Asked, "which ranks are here changes no question"),
        new("config", FrontEndAnswer.Told,
            "the agent does not read that file: what it sets beside the engine section, such as a port, uds, headless or ssl options, is "
            + "neither checked nor known; write it here instead"),

        // How it is reached.
        new("ssl-keyfile", FrontEndAnswer.Asked, Tls),
        new("ssl-certfile", FrontEndAnswer.Asked, Tls),
        new("ssl-ca-certs", FrontEndAnswer.Asked, Tls),
        new("ssl-cert-reqs", FrontEndAnswer.Refused,
            "vLLM then wants a certificate of whoever asks, and the agent has none; let it be 0, and let a proxy in front of it ask for "
            + "certificates") { When = v => v is "2" },
        new("ssl-cert-reqs", FrontEndAnswer.Asked, Tls),
        new("ssl-ciphers", FrontEndAnswer.Told,
            "the agent asks with the ciphers of this host's TLS library: leave one of those, or no question is answered"),
        new("enable-ssl-refresh", FrontEndAnswer.Asked, Tls),
        new("root-path", FrontEndAnswer.Asked, "it is the prefix of a proxy; the agent asks vLLM itself, which answers without it"),
        new("middleware", FrontEndAnswer.Told,
            "the agent's questions pass it too: let it pass GET /health, /metrics, /v1/models and POST /v1/completions from this host, or "
            + "the engine is taken for dead"),
        new("allow-credentials", FrontEndAnswer.Asked, Clients),
        new("allowed-origins", FrontEndAnswer.Asked, Clients),
        new("allowed-methods", FrontEndAnswer.Asked, Clients),
        new("allowed-headers", FrontEndAnswer.Asked, Clients),
        new("h11-max-incomplete-event-size", FrontEndAnswer.Asked, "the agent's requests are small"),
        new("h11-max-header-count", FrontEndAnswer.Asked, "the agent's requests have few headers"),
        new("disable-frontend-multiprocessing", FrontEndAnswer.Told,
            "the engine core then lives in the API server's process: its death cannot be told from that one's"),

        // What it answers.
        new("disable-log-stats", FrontEndAnswer.Told, "/metrics is then without counters, and a hang is seen by canary only"),
        new("enable-server-load-tracking", FrontEndAnswer.Asked, Clients),
        new("enable-prompt-tokens-details", FrontEndAnswer.Asked, Clients),
        new("enable-force-include-usage", FrontEndAnswer.Asked, Clients),
        new("enable-tokenizer-info-endpoint", FrontEndAnswer.Asked, Clients),
        new("enable-request-id-headers", FrontEndAnswer.Asked, Clients),
        new("enable-auto-tool-choice", FrontEndAnswer.Asked, Clients),
        new("exclude-tools-when-tool-choice-none", FrontEndAnswer.Asked, Clients),
        new("tool-call-parser", FrontEndAnswer.Asked, Clients),
        new("tool-parser-plugin", FrontEndAnswer.Asked, Clients),
        new("tool-server", FrontEndAnswer.Asked, Clients),
        new("response-role", FrontEndAnswer.Asked, Clients),
        new("chat-template", FrontEndAnswer.Asked, Clients),
        new("chat-template-content-format", FrontEndAnswer.Asked, Clients),
        new("trust-request-chat-template", FrontEndAnswer.Asked, Clients),
        new("default-chat-template-kwargs", FrontEndAnswer.Asked, Clients),
        new("lora-modules", FrontEndAnswer.Asked, "the agent asks the served model itself"),
        new("return-tokens-as-token-ids", FrontEndAnswer.Asked, "a reference is made and compared in the same form"),
        new("disable-fastapi-docs", FrontEndAnswer.Asked, Clients),
        new("enable-offline-docs", FrontEndAnswer.Asked, Clients),

        // What it prints.
        new("uvicorn-log-level", FrontEndAnswer.Asked, "without uvicorn's last line of a start /health is asked"),
        new("log-config-file", FrontEndAnswer.Told,
            "stages, causes and deaths are read in vLLM's own lines: keep them on standard output or error, in their usual form"),
        new("disable-uvicorn-access-log", FrontEndAnswer.Asked, Logging),
        new("disable-access-log-for-endpoints", FrontEndAnswer.Asked, Logging),
        new("max-log-len", FrontEndAnswer.Asked, Logging),
        new("enable-log-requests", FrontEndAnswer.Asked, Logging),
        new("enable-log-outputs", FrontEndAnswer.Asked, Logging),
        new("enable-log-deltas", FrontEndAnswer.Asked, Logging),
        new("log-error-stack", FrontEndAnswer.Asked, Logging),
    ];

    public static FrontEndOption? Find(string option, string value) => All.FirstOrDefault(o => o.Concerns(option, value));
}
