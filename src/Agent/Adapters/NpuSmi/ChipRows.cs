using System.Globalization;
using System.Text.RegularExpressions;
using Agent.Adapters.Processes;

namespace Agent.Adapters.NpuSmi;

/// <summary>Reads the named cells of a row. A cell that does not fit its column makes the row unreadable.</summary>
internal static partial class ChipRows
{
    /// <summary>Reads card, model, health and the figures of the first row. The number of the chip stands in the second row.</summary>
    public static ChipRow? First(IReadOnlyList<TableCell> cells)
    {
        ChipRow? chip = null;
        foreach (var (column, value) in cells)
        {
            chip = (column, chip) switch
            {
                ("NPU" or "NPU ID", null) => Number(value) is { } card ? new ChipRow(card, 0) : null,
                (_, null) => null,
                ("Name", _) => value.Length > 0 ? chip with { Model = value } : null,
                ("Health", _) => value != "NA" && HealthWord().IsMatch(value) ? chip with { Condition = Condition(value), ConditionText = value } : null,
                _ => Figure(chip, column, value),
            };
            if (chip is null)
                return null;
        }

        return chip is { ConditionText.Length: > 0, Model.Length: > 0 } ? chip : null;
    }

    public static ChipRow? Second(ChipRow half, IReadOnlyList<TableCell> cells)
    {
        if (!cells.Any(c => c.Column == "Bus-Id"))
            return null;
        ChipRow? chip = half;
        foreach (var (column, value) in cells)
        {
            chip = column switch
            {
                "" => value.Length == 0 ? chip : null,
                "Chip" => Number(value) is { } number ? chip with { Chip = number } : null,
                "Phy-ID" or "Device" or "Bus-Id" when PrintedLines.SaysNothing(value) => chip,
                "Phy-ID" => Number(value) is { } physical ? chip with { PhysicalId = physical } : null,
                "Device" => Number(value) is { } logic ? chip with { LogicId = logic } : null,
                "Bus-Id" => BusId().IsMatch(value) ? chip with { BusId = value == "0000:00:00.0" ? null : value } : null,
                _ => Figure(chip, column, value),
            };
            if (chip is null)
                return null;
        }

        return chip;
    }

    /// <summary>The bus id of a second row; null for any other row.</summary>
    public static string? BusIdOf(IReadOnlyList<TableCell> cells) =>
        cells.Where(c => c.Column == "Bus-Id" && BusId().IsMatch(c.Value)).Select(c => c.Value).FirstOrDefault();

    public static ChipProcess? Process(IReadOnlyList<TableCell> cells)
    {
        int? card = null;
        int? chip = null;
        int? id = null;
        int? inContainer = null;
        long? memory = null;
        var name = "";
        foreach (var (column, value) in cells)
        {
            switch (column)
            {
                case "NPU" or "NPU ID":
                    card = Number(value);
                    break;
                case "Chip":
                    chip = Number(value);
                    if (chip is null)
                        return null;
                    break;
                case "Process id":
                    id = Number(value);
                    break;
                case "Process name":
                    name = value;
                    break;
                case "Process id in container":
                    inContainer = Number(value);
                    break;
                default:
                    memory = column.StartsWith("Process memory", StringComparison.Ordinal) ? Number(value) : memory;
                    break;
            }
        }

        return card is null || id is null ? null : new ChipProcess(card.Value, chip, id.Value, name, memory, inContainer);
    }

    // Columns are known by the beginning of their name: drivers write AICore(%) or NPU Util(%), HBM-Usage(MB) or HBM(MB).
    private static ChipRow? Figure(ChipRow chip, string column, string value)
    {
        if (Is("Huge"))
            return Fits(Pair(value)) ? chip with { Hugepages = Pair(value) } : null;
        if (Is("Mem"))
            return Fits(Pair(value)) ? chip with { MemoryMb = Pair(value) } : null;
        if (Is("HBM"))
            return Fits(Pair(value)) ? chip with { HbmMb = Pair(value) } : null;
        if (Is("Power"))
            return Fits(Real(value)) ? chip with { PowerWatts = Real(value) } : null;
        if (Is("Temp"))
            return Fits(Number(value)) ? chip with { TemperatureCelsius = Number(value) } : null;
        if (Is("AICore") || Is("AI Core") || Is("NPU Util"))
            return Fits(Number(value)) ? chip with { AiCorePercent = Number(value) } : null;
        return chip with { Other = new Dictionary<string, string>(chip.Other, StringComparer.Ordinal) { [column] = value } };

        bool Is(string name) => column.StartsWith(name, StringComparison.OrdinalIgnoreCase);
        bool Fits(object? figure) => figure is not null || PrintedLines.SaysNothing(value) || HalfPair().IsMatch(value);
    }

    private static ChipCondition Condition(string word) => word switch
    {
        "OK" => ChipCondition.Ok,
        "Warning" => ChipCondition.Warning,
        "Alarm" => ChipCondition.Alarm,
        "Critical" => ChipCondition.Critical,
        _ => ChipCondition.Unknown,
    };

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double? Real(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value
        : null;

    private static Usage? Pair(string text) =>
        text.Split('/', StringSplitOptions.TrimEntries) is [var used, var total]
            && long.TryParse(used, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && long.TryParse(total, NumberStyles.None, CultureInfo.InvariantCulture, out var second)
            ? new Usage(first, second)
            : null;

    // A pair without one of its numbers is no pair.
    [GeneratedRegex(@"^(?:[0-9]+|N/?A|-)\s*/\s*(?:[0-9]+|N/?A|-)$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex HalfPair();

    [GeneratedRegex("^[A-Za-z]{2,}$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex HealthWord();

    [GeneratedRegex(@"^[0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f]$", RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex BusId();
}
