using System.Globalization;
using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary>One block of <c>npu-smi info -t TYPE</c> or <c>-l</c>: keys and values as printed, in order, with the units in the keys.</summary>
/// <param name="Card">NPU ID, from this block or from the heading above it; null when it is not printed.</param>
/// <param name="Chip">Chip ID; drivers print it first or last in the block. Null when there is none (950, whole card).</param>
internal sealed record NpuSmiBlock(int? Card, int? Chip, IReadOnlyList<KeyValuePair<string, string>> Values)
{
    /// <summary>The block is about the management controller of the card, which is no chip.</summary>
    public bool IsController => string.Equals(Text("Chip Name"), "mcu", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// The first value under any of these keys; null when it is absent or NA. Drivers differ in upper and lower case and in the blank in front of a
    /// unit.
    /// </summary>
    public string? Text(params ReadOnlySpan<string> keys)
    {
        foreach (var (key, value) in Values)
        {
            if (value.Length == 0 || PrintedLines.SaysNothing(value))
                continue;
            foreach (var wanted in keys)
            {
                if (string.Equals(key.Replace(" (", "(", StringComparison.Ordinal), wanted, StringComparison.OrdinalIgnoreCase))
                    return value;
            }
        }

        return null;
    }

    public double? Number(params ReadOnlySpan<string> keys) =>
        double.TryParse(Text(keys), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>
    /// Blocks end at blank lines. The heading (NPU ID, Chip Count) gives its card to the blocks below it. It is no block itself when there are such
    /// blocks. A line without a key continues the value above it.
    /// </summary>
    public static IReadOnlyList<NpuSmiBlock> Parse(string text)
    {
        List<List<KeyValuePair<string, string>>> blocks = [];
        var open = false;
        foreach (var raw in PrintedLines.Of(text))
        {
            var colon = raw.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0)
            {
                open = open && raw.Trim().Length > 0;
                continue;
            }

            var (key, value) = (raw[..colon].Trim(), raw[(colon + 1)..].Trim());
            if (key.Length == 0 && blocks.Count > 0)
            {
                blocks[^1].Add(new(blocks[^1][^1].Key, value));
                continue;
            }

            if (!open)
                blocks.Add([]);
            open = true;
            blocks[^1].Add(new(key, value));
        }

        return Numbered(blocks);
    }

    private static List<NpuSmiBlock> Numbered(List<List<KeyValuePair<string, string>>> blocks)
    {
        List<NpuSmiBlock> numbered = [];
        int? card = null;
        for (var i = 0; i < blocks.Count; i++)
        {
            var block = new NpuSmiBlock(null, null, blocks[i]);
            card = Whole(block.Number("NPU ID")) ?? card;
            var heading = i < blocks.Count - 1 && blocks[i].TrueForAll(v => v.Key is "NPU ID" or "Chip Count") && !blocks[i + 1].Exists(v => v.Key == "NPU ID");
            if (!heading)
                numbered.Add(block with { Card = card, Chip = Whole(block.Number("Chip ID")) });
        }

        return numbered;
    }

    private static int? Whole(double? number) => number is >= 0 and <= int.MaxValue ? (int)number : null;
}
