namespace Agent.Domain.Engines;

/// <summary>
/// Options of <c>vllm serve</c> by their long names with underscores, from words as they stand in a command line: both
/// spellings, short names, <c>--no-...</c>. A switch has the value <c>true</c> or <c>false</c>.
/// </summary>
public static class EngineOptions
{
    // vLLM, engine/arg_utils.py (ParallelConfig).
    private static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["tp"] = "tensor_parallel_size",
        ["pp"] = "pipeline_parallel_size",
        ["dp"] = "data_parallel_size",
        ["dpl"] = "data_parallel_size_local",
        ["dpn"] = "data_parallel_rank",
        ["dpr"] = "data_parallel_start_rank",
        ["dph"] = "data_parallel_hybrid_lb",
        ["dpe"] = "data_parallel_external_lb",
        ["dpb"] = "data_parallel_backend",
        ["pcp"] = "prefill_context_parallel_size",
        ["ep"] = "enable_expert_parallel",
        ["n"] = "nnodes",
        ["r"] = "node_rank",
    };

    /// <summary>The switches that are asked for here. A word behind one is no value of it: the model may stand there.</summary>
    private static readonly string[] Switches =
        ["enable_expert_parallel", "headless", "data_parallel_hybrid_lb", "data_parallel_external_lb", "worker_use_ray"];

    public static IReadOnlyDictionary<string, string> Of(IReadOnlyList<string> words)
    {
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        for (var i = 0; i < words.Count; i++)
        {
            if (!IsOption(words[i]))
                continue;
            var at = words[i].IndexOf('=', StringComparison.Ordinal);
            var written = at < 0 ? words[i] : words[i][..at];
            var value = at >= 0 ? words[i][(at + 1)..] : !IsSwitch(written) && i + 1 < words.Count && !IsOption(words[i + 1]) ? words[++i] : "true";
            var (name, given) = Named(written, value);
            options[name] = given;
        }

        return options;
    }

    /// <summary>One option as somebody wrote it, with or without dashes.</summary>
    public static (string Name, string Value) Named(string written, string value)
    {
        var name = written.TrimStart('-').Replace('-', '_');
        name = Short.GetValueOrDefault(name, name);
        return name.StartsWith("no_", StringComparison.Ordinal) ? (name[3..], "false") : (name, value.Length == 0 ? "true" : value);
    }

    private static bool IsSwitch(string written) => Switches.Contains(Named(written, "").Name, StringComparer.Ordinal);

    // A negative number is a value.
    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-' && !char.IsAsciiDigit(word[1]) && word[1] != '.';
}
