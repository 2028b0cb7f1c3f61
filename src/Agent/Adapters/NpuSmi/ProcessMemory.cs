using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary>
/// <c>npu-smi info -t proc-mem</c> of one card: every process on it, while the table shows at most 8 a chip. The chip's number follows its processes.
/// A name is blank when the process is not in this pid namespace.
/// </summary>
internal static class ProcessMemory
{
    private static readonly Regex Row = RarePattern.OfLine(@"Process id:\s*([0-9]{1,9})\s+Process name:(.{0,400}?)Process memory\(MB\):\s*([0-9]{1,9})");
    private static readonly Regex ChipId = RarePattern.OfLine(@"^\s*Chip ID\s*:\s*([0-9]{1,9})\s*$");

    public static IReadOnlyList<ChipProcess> Parse(string text, int card)
    {
        List<ChipProcess> all = [];
        List<ChipProcess> ofChip = [];
        foreach (var line in PrintedLines.Of(text))
        {
            if (Row.Match(line) is { Success: true } row)
                ofChip.Add(new ChipProcess(card, null, Number(row.Groups[1]), row.Groups[2].Value.Trim(), Number(row.Groups[3]), null));
            if (ChipId.Match(line) is not { Success: true } chip)
                continue;
            all.AddRange(ofChip.Select(p => p with { Chip = Number(chip.Groups[1]) }));
            ofChip.Clear();
        }

        return [.. all, .. ofChip];
    }

    private static int Number(Group group) => int.Parse(group.Value, CultureInfo.InvariantCulture);
}
