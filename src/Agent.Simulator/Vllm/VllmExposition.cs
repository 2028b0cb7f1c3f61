using System.Globalization;
using System.Text;

namespace Agent.Simulator.Vllm;

/// <summary>
/// The text form of Python's prometheus_client: labels in alphabetical order, every value a float. A _created gauge beside each counter and histogram
/// tells when its first sample was made.
/// </summary>
internal sealed class VllmExposition(string model)
{
    private const string Engine = "engine=\"0\"";

    private readonly double _created = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).TotalSeconds;
    private readonly StringBuilder _text = new();

    public VllmExposition Begin()
    {
        _text.Clear();
        _text.Append("# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.\n# TYPE process_start_time_seconds gauge\n");
        _text.Append("process_start_time_seconds ").Append(Number(Math.Round(_created, 2))).Append('\n');
        return this;
    }

    public override string ToString() => _text.ToString();

    public void Gauge(string name, string help, params ReadOnlySpan<(string Label, double Value)> samples)
    {
        Head(name, help, "gauge");
        foreach (var (label, value) in samples)
            Sample(name, label, value);
    }

    public void Counter(string name, string help, params ReadOnlySpan<(string Label, double Value)> samples)
    {
        Head(name + "_total", help, "counter");
        foreach (var (label, value) in samples)
            Sample(name + "_total", label, value);
        Head(name + "_created", help, "gauge");
        foreach (var (label, _) in samples)
            Sample(name + "_created", label, _created);
    }

    public void Histogram(string name, Histogram histogram)
    {
        Head(name, histogram.Help, "histogram");
        foreach (var (bound, count) in histogram.Buckets())
            Sample(name + "_bucket", $"le=\"{bound}\"", count);
        Sample(name + "_count", "", histogram.Count);
        Sample(name + "_sum", "", histogram.Sum);
        Head(name + "_created", histogram.Help, "gauge");
        Sample(name + "_created", "", _created);
    }

    public void CacheConfiguration(VllmOptions options)
    {
        var tokens = options.Blocks * 128;
        Head("cache_config_info", "Information of the LLMEngine CacheConfig", "gauge");
        _text.Append(CultureInfo.InvariantCulture,
            $"vllm:cache_config_info{{block_size=\"128\",cache_dtype=\"auto\",enable_prefix_caching=\"True\",{Engine},gpu_memory_utilization=\"{options.MemoryShare}\",kv_cache_max_concurrency=\"{tokens / (double)options.MaxLength:0.0}\",kv_cache_memory_bytes=\"None\",kv_cache_size_tokens=\"{tokens}\",num_cpu_blocks=\"None\",num_gpu_blocks=\"{options.Blocks}\",num_gpu_blocks_override=\"None\",prefix_caching_hash_algo=\"sha256\",sliding_window=\"None\"}} 1.0\n");
    }

    /// <summary>Python's repr of a float, and Go's exponent from a million on, as prometheus_client prints it.</summary>
    internal static string Number(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        if (value >= 1_000_000 && !text.Contains('E', StringComparison.Ordinal))
        {
            var dot = text.IndexOf('.', StringComparison.Ordinal) is var at and >= 0 ? at : text.Length;
            var digits = text.Replace(".", "", StringComparison.Ordinal).TrimEnd('0');
            return $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e+0{dot - 1}";
        }

        return text.Contains('.', StringComparison.Ordinal) || text.Contains('E', StringComparison.Ordinal)
            ? text.Replace("E-", "e-", StringComparison.Ordinal) : text + ".0";
    }

    private void Head(string name, string help, string type) => _text.Append("# HELP vllm:").Append(name).Append(' ').Append(help).Append("\n# TYPE vllm:")
        .Append(name).Append(' ').Append(type).Append('\n');

    private void Sample(string name, string label, double value)
    {
        // "engine" comes before every other label. model_name comes before "reason", "sleep_state" and "source".
        var late = label.Length > 0 && string.CompareOrdinal(label, "model_name") > 0;
        _text.Append("vllm:").Append(name).Append('{').Append(Engine).Append(',');
        if (label.Length > 0 && !late)
            _text.Append(label).Append(',');
        _text.Append("model_name=\"").Append(model).Append('"');
        if (late)
            _text.Append(',').Append(label);
        _text.Append("} ").Append(Number(value)).Append('\n');
    }
}
