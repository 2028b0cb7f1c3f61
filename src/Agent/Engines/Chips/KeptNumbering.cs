using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.Files;
using Agent.Adapters.NpuSmi;
using Agent.Domain.Observations;

namespace Agent.Engines.Chips;

/// <summary>
/// The last good answer of <c>npu-smi info -m</c>, kept on disk with the bus ids that the chips had then. The driver numbers the
/// devices that it finds. So the numbers hold while the same devices stand in the same places, and for no other set of devices.
/// </summary>
/// <param name="Boot">The boot in which it was learned.</param>
/// <param name="Chips">Every chip of the host.</param>
internal sealed record KeptNumbering(string Boot, List<KeptNumber> Chips)
{
    /// <returns>Null unless every chip of the table has a number.</returns>
    public static KeptNumbering? Of(IReadOnlyDictionary<string, int> numbers, ChipTable table, string boot)
    {
        List<KeptNumber> chips = [];
        foreach (var row in table.Chips)
        {
            var chip = ChipInventory.SubjectOf(row);
            if (!numbers.TryGetValue(chip.Id, out var id))
                return null;
            chips.Add(new KeptNumber(chip.Id, row.BusId, id));
        }

        return chips.Count > 0 ? new KeptNumbering(boot, chips) : null;
    }

    /// <summary>Whether it is true of the chips in the table. Chips without bus ids are known to be the same within one boot only.</summary>
    public bool Holds(ChipTable table, string boot) =>
        table.Chips.Count == Chips.Count
        && table.Chips.All(row => Find(ChipInventory.SubjectOf(row)) is { } kept && kept.BusId == row.BusId && (row.BusId is not null || boot == Boot));

    /// <summary>Whether it may be used without a whole table: no device moves within a boot, and nothing that was read contradicts it.</summary>
    public bool HoldsUnseen(ChipTable? partial, string boot) =>
        boot == Boot && (partial?.Chips ?? []).All(row => Find(ChipInventory.SubjectOf(row)) is { } kept && (row.BusId is null || kept.BusId == row.BusId));

    public KeptNumber? Find(Subject chip) => Chips.Find(c => c.Id == chip.Id);

    public bool IsSameAs(KeptNumbering? other) => other is not null && other.Boot == Boot && other.Chips.SequenceEqual(Chips);

    public static KeptNumbering? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), KeptNumberingJson.Default.KeptNumbering) is { Boot: not null, Chips: not null } kept
                ? kept
                : null;
        }
        catch (Exception none) when (none is IOException or UnauthorizedAccessException or JsonException)
        {
            // The numbering is learned again from the next answer.
            return null;
        }
    }

    public void Write(string path) => WholeFile.WriteLearned(path, JsonSerializer.Serialize(this, KeptNumberingJson.Default.KeptNumbering));
}

/// <param name="Id">CARD/CHIP as npu-smi numbers them.</param>
/// <param name="BusId">PCI address; null on chips without one.</param>
internal sealed record KeptNumber(string Id, string? BusId, int LogicId);

[JsonSerializable(typeof(KeptNumbering))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class KeptNumberingJson : JsonSerializerContext;
