using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary>
/// <c>npu-smi info -m</c>: the logic id of each (card, chip). The MCU row has a dash for it and is left out. The 950 prints
/// the physical id only, which is the logic id on a host that shows all its chips.
/// </summary>
internal sealed partial record ChipMapping(IReadOnlyDictionary<(int Card, int Chip), int> LogicIds)
{
    public static ChipMapping Parse(string text)
    {
        Dictionary<(int, int), int> ids = [];
        List<string> columns = [];
        foreach (var line in PrintedLines.Of(text))
        {
            if (line.StartsWith("NPU ID", StringComparison.Ordinal))
                columns = [.. Column().Matches(line).Select(m => m.Value.Replace("Phy ID", "Phy-ID", StringComparison.Ordinal))];
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (Number("NPU ID") is { } card && Number("Chip ID") is { } chip && Number(columns.Contains("Chip Logic ID") ? "Chip Logic ID" : "Chip Phy-ID") is { } logic)
                ids[(card, chip)] = logic;

            // The name comes last and may hold blanks; every other cell is one word.
            int? Number(string column)
            {
                var at = columns.IndexOf(column);
                return at >= 0 && at < words.Length && int.TryParse(words[at], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
            }
        }

        return new ChipMapping(ids);
    }

    [GeneratedRegex(@"NPU ID|Slot ID|Chip Logic ID|Chip Phy[- ]ID|Chip Name|Chip ID|\S+(?: \S+)*", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Column();
}
