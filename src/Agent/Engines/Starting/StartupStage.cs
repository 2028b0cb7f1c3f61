using System.Buffers;

namespace Agent.Engines.Starting;

/// <summary>
/// The progress of a vLLM start-up, by its log lines. HTTP is closed until the last stage, so the log is
/// the only beacon. The lines are those of vLLM 0.8 to 0.30 and vllm-ascend (captures/vllm/startup-*).
/// </summary>
internal enum StartupStage
{
    Launched,
    ConfigurationRead,
    EngineCoreStarted,
    WorkersConnected,
    LoadingWeights,
    WeightsLoaded,
    Compiling,
    KvCacheReady,
    CapturingGraphs,
    EngineReady,
    HttpStarting,
    Serving,
}

internal static class StartupStages
{
    // The lines in the order of a start-up. A line moves the stage forward only, so a late line of a slow worker changes nothing.
    private static readonly (StartupStage Stage, string Text)[] Beacons =
    [
        (StartupStage.ConfigurationRead, "non-default args:"),
        (StartupStage.ConfigurationRead, "Resolved architecture:"),
        (StartupStage.ConfigurationRead, "Using max model len"),
        (StartupStage.ConfigurationRead, "Chunked prefill is enabled with"),
        (StartupStage.EngineCoreStarted, "Initializing a V1 LLM engine"),
        (StartupStage.EngineCoreStarted, "Initializing an LLM engine"),
        (StartupStage.WorkersConnected, "distributed_init_method="),
        (StartupStage.WorkersConnected, " in world size "),
        (StartupStage.LoadingWeights, "Starting to load model"),
        (StartupStage.LoadingWeights, " checkpoint shards:"),
        (StartupStage.WeightsLoaded, "Loading weights took"),
        (StartupStage.WeightsLoaded, "Loading model weights took"),
        (StartupStage.WeightsLoaded, "Model loading took"),
        (StartupStage.Compiling, "Dynamo bytecode transform time"),
        (StartupStage.Compiling, "torch.compile takes"),
        (StartupStage.KvCacheReady, "KV cache size:"),
        (StartupStage.KvCacheReady, "Available KV cache memory:"),
        (StartupStage.KvCacheReady, "Available memory: "),
        (StartupStage.KvCacheReady, "GiB for KV cache"),
        (StartupStage.KvCacheReady, "Maximum concurrency for"),
        (StartupStage.CapturingGraphs, "Starting to capture ACL graphs"),
        (StartupStage.CapturingGraphs, "Capturing ACL graphs"),
        (StartupStage.CapturingGraphs, "Capturing CUDA graph"),
        (StartupStage.CapturingGraphs, "Graph capturing finished in"),
        (StartupStage.EngineReady, "init engine (profile, create kv cache, warmup model) took"),
        (StartupStage.HttpStarting, "Starting vLLM server on"),
        (StartupStage.HttpStarting, "Starting vLLM API server"),
        (StartupStage.HttpStarting, "Available routes are:"),
        (StartupStage.HttpStarting, "Started server process ["),
        (StartupStage.Serving, "Application startup complete."),
        // Lines of a log whose beginning is not read any more, and of a uvicorn that prints only warnings.
        (StartupStage.Serving, "Avg generation throughput:"),
        (StartupStage.Serving, "HTTP/1.1\" 200 OK"),
    ];

    private static readonly SearchValues<string> AnyBeacon = SearchValues.Create([.. Beacons.Select(b => b.Text)], StringComparison.Ordinal);

    public static StartupStage? Of(string line)
    {
        if (!line.AsSpan().ContainsAny(AnyBeacon))
            return null;
        foreach (var (stage, text) in Beacons)
        {
            if (line.Contains(text, StringComparison.Ordinal))
                return stage;
        }

        return null;
    }

    public static string Text(StartupStage stage) => stage switch
    {
        StartupStage.Launched => "launched",
        StartupStage.ConfigurationRead => "configuration read",
        StartupStage.EngineCoreStarted => "engine core started",
        StartupStage.WorkersConnected => "workers connected",
        StartupStage.LoadingWeights => "loading weights",
        StartupStage.WeightsLoaded => "weights loaded",
        StartupStage.Compiling => "compiling",
        StartupStage.KvCacheReady => "KV cache ready",
        StartupStage.CapturingGraphs => "capturing graphs",
        StartupStage.EngineReady => "engine ready",
        StartupStage.HttpStarting => "HTTP starting",
        _ => "serving",
    };
}
