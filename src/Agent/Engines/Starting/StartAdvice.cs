using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters;
using Agent.Configuration.Engines;
using Agent.Domain;
using Agent.Engines.Logs;

namespace Agent.Engines.Starting;

/// <summary>Advice for an engine that fails for a cause that every start meets again, by the figures that vLLM itself gave.</summary>
internal static class StartAdvice
{
    private static readonly Regex LongestLength = RarePattern.Of(@"estimated maximum model length is ([0-9]+)");
    private static readonly Regex Available = RarePattern.Of(@"available KV cache memory \(([0-9.]+) GiB\)");
    private static readonly Regex DerivedLength = RarePattern.Of(@"max_position_embeddings=([0-9]+)");

    /// <summary>vLLM counts its cache in blocks; on Ascend a block has 128 tokens.</summary>
    private const int Block = 128;

    /// <returns>Null when the line itself is the best that is known.</returns>
    public static string? For(EngineLogFacts facts, EngineSettings engine) => facts is not { Cause: { } cause, CauseLine: { } line } ? null : cause.Id switch
    {
        "kv-cache-too-small" => KvCache(line, engine),
        "settings-refused" => Settings(line),
        "graph-streams-exhausted" => "capture fewer graphs: arguments: { compilation-config: '{\"cudagraph_capture_sizes\":[8,16]}' }, then cudagraph_mode "
            + "FULL_DECODE_ONLY, then enforce-eager; drivers before HDK 25.5.1 have fewer streams",
        "ready-limit-too-short" => ReadyLimit.Advice(facts.Bar, facts.Bar?.Rest ?? TimeSpan.Zero),
        "shared-memory-full" => "free or enlarge /dev/shm: 1 GB and more",
        "ports-used-up" => "the ports of the chips' own communication are used up, nobody else holds them: a new run begins at the first one again; if it "
            + "comes back within days, set HCCL_IF_BASE_PORT lower in environment",
        "communication-memory-exhausted" =>
            $"the buffers of HCCL do not fit: lower HCCL_BUFFSIZE (now {engine.Environment.GetValueOrDefault("HCCL_BUFFSIZE", "CANN's default")}) in "
            + $"environment, or gpu_memory_utilization (now {engine.Given("--gpu-memory-utilization") ?? "vLLM's default"})",
        "port-taken" when line.Contains("EJ0003", StringComparison.Ordinal) || line.Contains("EI0019", StringComparison.Ordinal) =>
            "a port of the chips' own communication is taken: look for leftover processes of other engines first, else give this engine ports of its own by "
                + "HCCL_IF_BASE_PORT and HCCL_NPU_SOCKET_PORT_RANGE in environment",
        "out-of-memory" => $"lower gpu_memory_utilization (now {engine.Given("--gpu-memory-utilization") ?? "vLLM's default"}) by 0.05, or "
            + $"max_num_batched_tokens, or max_num_seqs",
        _ => null,
    };

    private static string KvCache(string line, EngineSettings engine)
    {
        var share = $"raise gpu_memory_utilization (now {engine.Given("--gpu-memory-utilization") ?? "vLLM's default"})";
        if (LongestLength.Match(line) is not { Success: true } longest
            || !int.TryParse(longest.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var tokens))
            return $"{share}, or spread the model over more chips: the weights leave no memory for a KV cache";
        var available = Available.Match(line) is { Success: true } figure ? $"{figure.Groups[1].Value} GiB are available for the KV cache, " : "";
        var proposed = tokens >= Block ? tokens / Block * Block : tokens;
        return $"{available}{Counted.Text(tokens, "token fits", "tokens fit")} at most: set max_model_len: {proposed} "
            + $"(now {engine.Given("--max-model-len") ?? "the model's own"}), or "
            + $"{share}";
    }

    private static string? Settings(string line) =>
        DerivedLength.Match(line) is { Success: true } derived ? $"set max_model_len: {derived.Groups[1].Value} or less"
        : line.Contains("World size", StringComparison.Ordinal)
            ? "tensor_parallel_size must not exceed the chips that the engine sees: compare `chips` with npu-smi info -m and ASCEND_RT_VISIBLE_DEVICES"
        : line.Contains("max_num_seqs", StringComparison.Ordinal) ? "max_num_batched_tokens must be at least max_num_seqs"
        : line.Contains("unrecognized arguments", StringComparison.Ordinal) && line.Contains("shutdown-timeout", StringComparison.Ordinal)
            ? "this vLLM has no drain of its own (0.18 and later have): take shutdown-timeout out of arguments, the agent drains before it stops"
        : line.Contains("VLLM_PORT", StringComparison.Ordinal) ? "remove VLLM_PORT from the environment; a Kubernetes service named vllm sets it"
        : null;
}
