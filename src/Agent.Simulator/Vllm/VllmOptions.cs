using System.Globalization;

namespace Agent.Simulator.Vllm;

/// <summary>The options of <c>vllm serve</c> that the simulation needs; all others are taken as they come.</summary>
internal sealed record VllmOptions(string Model, string ServedName, string Host, int Port, int TensorParallel, int MaxSequences, int MaxLength, double MemoryShare, string? ApiKey, IReadOnlyDictionary<string, string> All)
{
    public static VllmOptions Parse(string[] arguments)
    {
        Dictionary<string, string> all = new(StringComparer.Ordinal);
        var model = "";
        for (var i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith('-'))
            {
                model = arguments[i];
                continue;
            }

            var (key, value) = arguments[i].Split('=', 2) is [var k, var v] ? (k, v) : (arguments[i], null);
            if (value is null && i + 1 < arguments.Length && !arguments[i + 1].StartsWith('-'))
                value = arguments[++i];
            key = key.TrimStart('-').Replace('-', '_');
            all[key is "tp" ? "tensor_parallel_size" : key] = value ?? "True";
        }

        return new VllmOptions(
            model,
            all.GetValueOrDefault("served_model_name", model),
            all.GetValueOrDefault("host", "0.0.0.0"),
            int.Parse(all.GetValueOrDefault("port", "8000"), CultureInfo.InvariantCulture),
            int.Parse(all.GetValueOrDefault("tensor_parallel_size", "1"), CultureInfo.InvariantCulture),
            int.Parse(all.GetValueOrDefault("max_num_seqs", "256"), CultureInfo.InvariantCulture),
            int.Parse(all.GetValueOrDefault("max_model_len", "8192"), CultureInfo.InvariantCulture),
            double.Parse(all.GetValueOrDefault("gpu_memory_utilization", "0.9"), CultureInfo.InvariantCulture),
            all.GetValueOrDefault("api_key") ?? Environment.GetEnvironmentVariable("VLLM_API_KEY"),
            all);
    }

    /// <summary>Logic ids of the chips, as ASCEND_RT_VISIBLE_DEVICES gives them to the ranks.</summary>
    public int[] Chips()
    {
        var visible = Environment.GetEnvironmentVariable("ASCEND_RT_VISIBLE_DEVICES");
        int[] ids = string.IsNullOrEmpty(visible) ? [.. Enumerable.Range(0, TensorParallel)] : [.. visible.Split(',').Select(s => int.Parse(s, CultureInfo.InvariantCulture))];
        return ids[..Math.Min(ids.Length, TensorParallel)];
    }
}
