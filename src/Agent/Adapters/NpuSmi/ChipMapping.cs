using System.Globalization;

namespace Agent.Adapters.NpuSmi;

/// <summary>
/// <c>npu-smi info -m</c>: the logic id of each (card, chip). The MCU row has a dash for it and is left out. The 950 prints
/// the physical id only, which is the logic id on a host that shows all its chips.
/// </summary>
internal sealed record ChipMapping(IReadOnlyDictionary<(int Card, int Chip), int> LogicIds)
{
    public static ChipMapping Parse(string text)
    {
        Dictionary<(int, int), int> ids = [];
        foreach (var row in SpacedTable.Parse(text, "NPU ID"))
        {
            if (Number("NPU ID") is { } card && Number("Chip ID") is { } chip && Number(row.ContainsKey("Chip Logic ID") ? "Chip Logic ID" : "Chip Phy-ID") is { } logic)
                ids[(card, chip)] = logic;

            int? Number(string column) =>
                row.TryGetValue(column, out var word) && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
        }

        return new ChipMapping(ids);
    }
}
