using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary>
/// <c>npu-smi info -m</c>: the logic id of each (card, chip). The MCU row has a dash in its place and is left out. The 950 prints only the physical
/// id, which is the logic id on a host that shows all its chips. A row that was cut names nothing. An answer that gives one number to two chips, or
/// two numbers to one chip, is no answer.
/// </summary>
internal sealed record ChipMapping(IReadOnlyDictionary<(int Card, int Chip), int> LogicIds)
{
    private static readonly Regex Column = RarePattern.OfLine(@"NPU ID|Slot ID|Chip Logic ID|Chip Phy[- ]ID|Chip Name|Chip ID|\S+(?: \S+)*");

    /// <summary>The answer has only physical ids.</summary>
    public bool IsPhysical { get; init; }

    public static ChipMapping Parse(string text)
    {
        Dictionary<(int, int), int> ids = [];
        List<string> columns = [];
        var contradicts = false;
        foreach (var line in PrintedLines.Of(text))
        {
            if (line.StartsWith("NPU ID", StringComparison.Ordinal))
                columns = [.. Column.Matches(line).Select(m => m.Value.Replace("Phy ID", "Phy-ID", StringComparison.Ordinal))];
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (Number("NPU ID") is { } card && Number("Chip ID") is { } chip
                && Number(columns.Contains("Chip Logic ID") ? "Chip Logic ID" : "Chip Phy-ID") is { } logic)
            {
                // A number at the end of a cut text may have lost digits. So a row counts only if the name behind the number is there.
                if (words.Length < columns.Count)
                    continue;
                contradicts |= ids.TryGetValue((card, chip), out var other) ? other != logic : ids.ContainsValue(logic);
                ids[(card, chip)] = logic;
            }

            // The name comes last and may hold blanks; every other cell is one word.
            int? Number(string column)
            {
                var at = columns.IndexOf(column);
                return at >= 0 && at < words.Length && int.TryParse(words[at], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
            }
        }

        return new ChipMapping(contradicts ? new Dictionary<(int, int), int>() : ids) { IsPhysical = !columns.Contains("Chip Logic ID") };
    }
}
