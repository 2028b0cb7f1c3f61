using System.Globalization;

namespace Agent.Domain.Engines;

/// <summary>
/// Which chips of one engine wait for each other. Ranks of one tensor-parallel group do, in every layer. Pipeline stages take
/// turns. Replicas of a dense model under data parallelism are independent; those of a mixture of experts exchange tokens in
/// every layer, so all of them wait. Chips beyond the ranks are spares.
/// Order of chips: a replica of local number i holds the i-th run of TP x PP visible chips (vLLM, v1/engine/utils.py,
/// get_device_indices), within it stage after stage (parallel_state.py: rank = PP rank x TP + TP rank).
/// </summary>
/// <param name="Tensor">Ranks of one tensor-parallel group.</param>
/// <param name="Pipeline">Stages.</param>
/// <param name="Replicas">Data-parallel ranks on this host.</param>
/// <param name="ExpertParallel">vLLM takes the switch for a mixture of experts only.</param>
public sealed record RankLayout(int Tensor, int Pipeline, int Replicas, bool ExpertParallel)
{
    /// <summary>The largest hosts have 16 chips; more would be a mistake of whoever wrote it.</summary>
    private const int Most = 1024;

    /// <summary>Options that put ranks elsewhere than in the order above, with the values that do not.</summary>
    private static readonly (string Option, string[] Harmless)[] Movers =
    [
        ("nnodes", ["1"]),
        ("node_rank", ["0"]),
        ("prefill_context_parallel_size", ["1"]),
        ("distributed_executor_backend", ["mp", "uni", "none"]),
        ("data_parallel_backend", ["mp"]),
        ("worker_use_ray", ["false"]),
        // Options in a file, which nobody read here.
        ("config", []),
    ];

    public int Ranks => Tensor * Pipeline * Replicas;

    /// <summary>
    /// Groups of places in the list of visible chips. Where one place of a group works and another does nothing, look after look, they are stuck.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>> Groups =>
        ExpertParallel && Pipeline == 1
            ? [[.. Enumerable.Range(0, Ranks)]]
            : [.. Enumerable.Range(0, Pipeline * Replicas).Select(group => (IReadOnlyList<int>)[.. Enumerable.Range(group * Tensor, Tensor)])];

    /// <summary>Null where it is not known for sure.</summary>
    /// <param name="options">By vLLM's long names, with underscores.</param>
    /// <param name="chips">So many chips are visible to the engine.</param>
    public static RankLayout? Of(IReadOnlyDictionary<string, string> options, int chips)
    {
        if (Array.Exists(Movers, m => options.TryGetValue(m.Option, out var value) && !m.Harmless.Contains(value, StringComparer.OrdinalIgnoreCase)))
            return null;
        if (Size("tensor_parallel_size", 1) is not { } tensor || Size("pipeline_parallel_size", 1) is not { } pipeline || Replicated() is not { } replicas)
            return null;
        var layout = new RankLayout(tensor, pipeline, replicas, Switch("enable_expert_parallel"));
        return layout.Ranks <= chips ? layout : null;

        int? Size(string option, int otherwise) =>
            !options.TryGetValue(option, out var text) || text.Equals("none", StringComparison.OrdinalIgnoreCase) ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is > 0 and <= Most ? size : null;

        // A process that is one rank of a group that others started holds one replica.
        int? Replicated() =>
            options.ContainsKey("data_parallel_size_local") ? Size("data_parallel_size_local", 1)
            : options.ContainsKey("data_parallel_rank") || Switch("data_parallel_external_lb") ? 1
            : options.ContainsKey("data_parallel_start_rank") || Switch("headless") || Switch("data_parallel_hybrid_lb") ? null
            : Size("data_parallel_size", 1);

        bool Switch(string option) => options.TryGetValue(option, out var text)
            && (text.Length == 0 || text.Equals("true", StringComparison.OrdinalIgnoreCase));
    }
}
