using System.Globalization;

namespace Agent.Configuration.Engines;

/// <summary>What is allowed in an engine section and still not what it looks like: traps that cost others a night.</summary>
internal static class EngineNotes
{
    private static readonly (Func<EngineSettings, bool> Applies, string Text)[] Traps =
    [
        (e => Seconds(e, "VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS") >= 3600,
            "environment.VLLM_EXECUTE_MODEL_TIMEOUT_SECONDS: so long a limit switches vLLM's own detection of hangs off (its default is 300 s); stall.grace "
                + "of the agent still holds"),
        (e => Is(e, "VLLM_SERVER_DEV_MODE", "1") && e.Host is not ("127.0.0.1" or "localhost" or "::1"),
            "environment.VLLM_SERVER_DEV_MODE: with it, anybody who reaches the port may put the engine to sleep and run its methods; take it out, or let "
                + "host be 127.0.0.1"),
        (e => Is(e, "VLLM_KEEP_ALIVE_ON_ENGINE_DEATH", "1"),
            "environment.VLLM_KEEP_ALIVE_ON_ENGINE_DEATH: a dead engine then answers 503 for ever instead of ending; the agent sees it by /health only"),
        (e => e.Environment.ContainsKey("VLLM_PORT"),
            "environment.VLLM_PORT: this is no HTTP port but one that vLLM uses inside; the HTTP port is the key port"),
        (e => e.Environment.ContainsKey("VLLM_API_KEY"),
            "environment.VLLM_API_KEY: the key stands in this file for all who may read it; put it into a file of its own and name that in api_key_file"),
        (e => e.Environment.ContainsKey("ASCEND_RT_VISIBLE_DEVICES"),
            "environment.ASCEND_RT_VISIBLE_DEVICES: takes the place of what the agent makes of chips, and the engine may then sit on chips of another"),
        (e => e.Whole("--max-num-batched-tokens") < e.Whole("--max-num-seqs"),
            "max_num_batched_tokens: less than max_num_seqs, which vLLM refuses at every start"),
        (e => e.Arguments.ContainsKey("no-enable-chunked-prefill") && e.Whole("--max-num-batched-tokens") < e.Whole("--max-model-len"),
            "max_num_batched_tokens: less than max_model_len, which vLLM refuses without chunked prefill"),
        (e => e.Arguments.ContainsKey("device"),
            "arguments.device: gone from vLLM, which refuses to start with it; vllm-ascend is the device"),
        (e => e.Arguments.ContainsKey("swap-space"),
            "arguments.swap-space: gone from vLLM, which refuses to start with it; there is no equivalent"),
        (e => e.Arguments.ContainsKey("worker-use-ray") || e.Arguments.ContainsKey("engine-use-ray"),
            "arguments.worker-use-ray: gone from vLLM, which refuses to start with it; distributed_executor_backend says mp or ray"),
    ];

    /// <summary>Each with the place it is about, below the engine.</summary>
    public static IReadOnlyList<string> Of(EngineSettings engine) =>
    [
        .. engine.Parameters.Where(p => p.Note is not null && p.Written.Length > 0)
            .Select(p => $"{p.Key}: {p.Written}: {p.Note}{(p.Effective == p.Written ? "" : $" (in force: {p.Effective})")}"),
        .. engine.Arguments.Select(a => FrontEndOptions.Find(a.Key, a.Value))
            .Where(o => o is { Answer: FrontEndAnswer.Told })
            .Select(o => $"arguments.{o!.Option}: {o.Text}"),
        .. Traps.Where(t => t.Applies(engine)).Select(t => t.Text),
        .. OwnUnitNotes.Of(engine),
    ];

    private static bool Is(EngineSettings engine, string variable, string value) => engine.Environment.TryGetValue(variable, out var found) && found == value;

    private static double? Seconds(EngineSettings engine, string variable) =>
        engine.Environment.TryGetValue(variable, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? seconds : null;
}
