using System.Globalization;

namespace Agent.Simulator.Vllm;

/// <summary>The options of <c>vllm serve</c> that the simulation needs. All others are accepted unread.</summary>
internal sealed class VllmOptions
{
    private const int DefaultBlocks = 1170;

    // argparse knows the options that take no value. Here the name decides, and these names do not follow the rule.
    private static readonly string[] Switches = ["enforce_eager", "trust_remote_code", "headless", "async_scheduling", "return_tokens_as_token_ids",
        "skip_tokenizer_init"];
    private static readonly string[] Lists = ["served_model_name", "api_key"];

    private readonly Dictionary<string, List<string>> _all = new(StringComparer.Ordinal);

    public VllmOptions(string[] arguments)
    {
        string? last = null;
        for (var i = 0; i < arguments.Length; i++)
        {
            var word = arguments[i];
            if (!word.StartsWith('-'))
            {
                if (Model.Length > 0 && last is not null && Lists.Contains(last))
                    _all[last].Add(word);
                else
                    Model = word;
                continue;
            }

            var parts = word.TrimStart('-').Split('=', 2);
            var key = parts[0].Replace('-', '_');
            key = key switch { "tp" => "tensor_parallel_size", "pp" => "pipeline_parallel_size", "dp" => "data_parallel_size", _ => key };
            var value = parts.Length > 1 ? parts[1] : !IsSwitch(key) && i + 1 < arguments.Length && !IsFlag(arguments[i + 1]) ? arguments[++i] : "True";
            _all[key] = [value];
            last = key;
        }

        if (Model.Length == 0)
            Model = Text("model") ?? "";
        ServedNames = _all.GetValueOrDefault("served_model_name") ?? [Model];
        ApiKeys = _all.GetValueOrDefault("api_key") ?? (Environment.GetEnvironmentVariable("VLLM_API_KEY") is { Length: > 0 } key2 ? [key2] : []);
        Port = Whole("port", 8000);
        TensorParallel = Whole("tensor_parallel_size", 1);
        DataParallel = Whole("data_parallel_size", 1);
        MaxSequences = Whole("max_num_seqs", 256);
        MaxLength = Whole("max_model_len", 8192);
        MaxBatchedTokens = Whole("max_num_batched_tokens", 2048);
        Blocks = Whole("num_gpu_blocks_override", DefaultBlocks);
        ShutdownTimeout = Whole("shutdown_timeout", 0);
        MemoryShare = Share();
    }

    public string Model { get; } = "";

    public IReadOnlyList<string> ServedNames { get; }

    public IReadOnlyList<string> ApiKeys { get; }

    public string Host => Text("host") ?? "0.0.0.0";

    public int Port { get; }

    public int TensorParallel { get; }

    /// <summary>Independent replicas beside each other on the visible chips. One engine core simulates all of them.</summary>
    public int DataParallel { get; }

    public int Ranks => TensorParallel * DataParallel;

    public int MaxSequences { get; }

    public int MaxLength { get; }

    public int MaxBatchedTokens { get; }

    public int Blocks { get; }

    public int ShutdownTimeout { get; }

    public double MemoryShare { get; }

    public bool Headless => Text("headless") is not (null or "False" or "false");

    public bool LogsStatistics => Text("disable_log_stats") is null;

    /// <summary>The line that vLLM prints about the options that were given, without the key.</summary>
    public string NonDefault() =>
        $"{{'model_tag': '{Model}', {string.Join(", ", _all.Where(o => o.Key != "api_key").Select(o => $"'{o.Key}': {Python(o.Key, o.Value)}"))}}}";

    /// <summary>
    /// Logic ids of the chips, in the order in which ASCEND_RT_VISIBLE_DEVICES gives them to the ranks. There are fewer ids than ranks if it names
    /// too few.
    /// </summary>
    public int[] Chips(World world)
    {
        var visible = Environment.GetEnvironmentVariable("ASCEND_RT_VISIBLE_DEVICES");
        int[] ids = string.IsNullOrEmpty(visible)
            ? [.. Enumerable.Range(0, world.Settings.Chips)]
            : [.. visible.Split(',').Select(s => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
                : throw new VllmUsageException($"ASCEND_RT_VISIBLE_DEVICES: invalid value '{visible}'"))];
        return ids[..Math.Min(ids.Length, Ranks)];
    }

    private static bool IsFlag(string word) => word.StartsWith('-') && !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static bool IsSwitch(string key) =>
        Switches.Contains(key) || key.StartsWith("enable_", StringComparison.Ordinal) || key.StartsWith("no_", StringComparison.Ordinal)
        || (key.StartsWith("disable_", StringComparison.Ordinal) && key != "disable_access_log_for_endpoints");

    private static string Python(string key, List<string> values) =>
        key == "served_model_name" ? $"[{string.Join(", ", values.Select(v => $"'{v}'"))}]"
        : double.TryParse(values[0], NumberStyles.Float, CultureInfo.InvariantCulture, out _) || values[0] is "True" ? values[0] : $"'{values[0]}'";

    private string? Text(string key) => _all.TryGetValue(key, out var values) ? values[0] : null;

    private int Whole(string key, int otherwise)
    {
        if (Text(key) is not { } text)
            return otherwise;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value
            : throw new VllmUsageException($"argument --{key.Replace('_', '-')}: invalid int value: '{text}'");
    }

    private double Share()
    {
        if (Text("gpu_memory_utilization") is not { } text)
            return 0.9;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 1
            ? value
            : throw new VllmUsageException($"argument --gpu-memory-utilization: invalid value: '{text}'");
    }
}

/// <summary>A command line that argparse would refuse: usage on stderr, exit 2.</summary>
internal sealed class VllmUsageException(string message) : Exception(message);
