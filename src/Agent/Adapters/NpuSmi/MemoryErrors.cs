namespace Agent.Adapters.NpuSmi;

/// <summary>
/// One chip of <c>npu-smi info -t ecc</c>: errors of its memories (HBM, DDR) together. Error counts begin anew when the chip is reset; the counts of
/// isolated pages do not. The driver calls uncorrectable errors double bit.
/// </summary>
/// <param name="PendingPages">Pages that the next reset will isolate; null before driver 24.1, which does not print it.</param>
internal sealed record MemoryErrors(int Chip, long SingleBit, long DoubleBit, long SingleBitOfLife, long DoubleBitOfLife, long SingleBitPages,
    long DoubleBitPages, long? PendingPages)
{
    private static readonly string[] Memories = ["HBM", "DDR"];

    public static IReadOnlyList<MemoryErrors> Parse(string text) => [.. NpuSmiBlock.Parse(text).Where(b => !b.IsController).Select(Of).OfType<MemoryErrors>()];

    private static MemoryErrors? Of(NpuSmiBlock block)
    {
        return Sum("Single Bit Error Count") is { } single && Sum("Double Bit Error Count") is { } twice
            ? new MemoryErrors(
                block.Chip ?? 0,
                single,
                twice,
                Sum("Single Bit Aggregate Total Err Cnt") ?? 0,
                Sum("Double Bit Aggregate Total Err Cnt") ?? 0,
                Sum("Single Bit Isolated Pages Count") ?? 0,
                Sum("Double Bit Isolated Pages Count") ?? 0,
                Sum("Double Bit Next-Isolated Pages Count"))
            : null;

        long? Sum(string key)
        {
            var counts = Memories.Select(m => block.Number($"{m} {key}")).OfType<double>().ToList();
            return counts.Count == 0 ? null : (long)counts.Sum();
        }
    }
}
