using Agent.Adapters.NpuSmi;
using Agent.Configuration;

namespace Agent.Engines;

/// <summary>The numbers by which ASCEND_RT_VISIBLE_DEVICES names the chips of an engine.</summary>
internal static class LogicIds
{
    /// <summary>
    /// Without an answer of npu-smi the card number stands for the logic id, which holds on hosts that show all their chips;
    /// an engine must be startable while npu-smi is not.
    /// </summary>
    public static async Task<IReadOnlyList<int>> OfAsync(NpuSmi npuSmi, EngineSettings engine, CancellationToken cancellation)
    {
        var ids = (await npuSmi.MappingAsync(cancellation)).Value?.LogicIds;
        return [.. engine.Chips.Select(c => c.CardAndChip()).Select(c => ids is not null && ids.TryGetValue(c, out var id) ? id : c.Card)];
    }
}
