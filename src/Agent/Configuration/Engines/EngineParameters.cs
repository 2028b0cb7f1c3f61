using Agent.Configuration.Yaml;

namespace Agent.Configuration.Engines;

/// <summary>
/// The options of vLLM that have keys of their own, under vLLM's names and under those of the published guide: one line a
/// key. What vLLM has no equivalent for is taken, passed nowhere, and told with the value that is in force.
/// </summary>
internal static class EngineParameters
{
    private const string Batching = "dynamic_batching";

    private static readonly Row[] Rows =
    [
        new("tokenizer", "--tokenizer", EngineValues.Text),
        new("dtype", "--dtype", EngineValues.OneOf("auto", "half", "float16", "bfloat16", "float", "float32")),
        new("mixed_precision", "--dtype", EngineValues.Precision),
        new("device", "device", EngineValues.Device),
        new("distributed_executor_backend", "--distributed-executor-backend", EngineValues.OneOf("mp", "ray", "uni", "external_launcher")),
        new("worker_use_ray", "--distributed-executor-backend", EngineValues.Ray, "the flag --worker-use-ray is gone from vLLM"),
        new("max_model_len", "--max-model-len", EngineValues.Whole(1, 16_777_216)),
        new("max_seq_len", "--max-model-len", EngineValues.Whole(1, 16_777_216), "prompt and answer together"),
        new("max_num_seqs", "--max-num-seqs", EngineValues.Whole(1, 65536)),
        new("batch_size", "--max-num-seqs", EngineValues.Whole(1, 65536),
            "the most requests that run at a time: vLLM batches continuously and has no fixed batch"),
        new("max_num_batched_tokens", "--max-num-batched-tokens", EngineValues.Whole(1, 16_777_216)),
        new(Batching + ".max_token", "--max-num-batched-tokens", EngineValues.Whole(1, 16_777_216), "tokens of one engine step, over all requests"),
        new(Batching + ".max_tokens", "--max-num-batched-tokens", EngineValues.Whole(1, 16_777_216), "tokens of one engine step, over all requests"),
        new("compilation_config", "--compilation-config", EngineValues.Json),
        new(Batching + ".preferred_batch_size", CaptureSizes.Option, CaptureSizes.Read, CaptureSizes.Note),
        new(Batching + ".preferred_batch_sizes", CaptureSizes.Option, CaptureSizes.Read, CaptureSizes.Note),
        new("gpu_memory_utilization", "--gpu-memory-utilization", EngineValues.Share),
        new("kv_cache_memory_bytes", "--kv-cache-memory-bytes", EngineValues.Bytes),
        new("kv_cache_limit", "--kv-cache-memory-bytes", EngineValues.CacheLimit),
        new("num_gpu_blocks_override", "--num-gpu-blocks-override", EngineValues.Whole(1, 100_000_000)),
        new("block_size", "--block-size", EngineValues.Whole(1, 4096),
            "Ascend forces 128 while prefix caching or chunked prefill is on, and both are by default"),
        new("page_size", "--block-size", EngineValues.PageSize),
        new("enable_prefix_caching", "--enable-prefix-caching", EngineValues.Switch),
        new("reuse_cache", "--enable-prefix-caching", EngineValues.Switch, "prefix caching, which vLLM has on by default"),
    ];

    /// <summary>Options that may not stand under <c>arguments</c>, without their dashes.</summary>
    public static bool HasOwnKey(string flag) =>
        flag is "model" or "served-model-name" or "host" or "port" or "api-key" or "tensor-parallel-size"
        || Array.Exists(Rows, r => r.Option == "--" + flag || (r.Option.StartsWith("--enable-", StringComparison.Ordinal) && flag == "no-" + r.Option[2..]));

    public static IReadOnlyList<EngineParameter> Read(YamlSection engine)
    {
        var batching = engine.Section(Batching);
        List<EngineParameter> parameters = [];
        foreach (var row in Rows)
        {
            var inner = row.Key.StartsWith(Batching + ".", StringComparison.Ordinal);
            var (section, key) = inner ? (batching, row.Key[(Batching.Length + 1)..]) : (engine, row.Key);
            // Asked for in any case: a key that is known and not written is none that is unknown.
            var read = row.Read(section, key);
            if (!section.Has(key) || read is null)
                continue;
            var option = read.Option ?? row.Option;
            var words = read.Words ?? [option, read.Value];
            var parameter = new EngineParameter(row.Key, read.Written, option, words, read.Effective ?? read.Value, read.Note ?? row.Note);
            if (parameters.Find(p => p.Option == option) is not { } same)
                parameters.Add(parameter);
            else if (same.Effective == parameter.Effective && same.Written == parameter.Written || Equal(same, parameter))
                parameters.Add(parameter with { Words = [] });
            else
                section.Complain(key, $"{parameter.Written}, but {same.Key} says {same.Written}, and both are {option}; give one of them");
        }

        return CaptureSizes.Joined(parameters, engine);
    }

    private static bool Equal(EngineParameter one, EngineParameter other) => one.Words.SequenceEqual(other.Words) && one.Words.Count > 0;

    private sealed record Row(string Key, string Option, Func<YamlSection, string, EngineValue?> Read, string? Note = null);
}
