using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.Files;
using Agent.Adapters.NpuSmi;
using Agent.Configuration;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Engines.Chips;

/// <summary>
/// The agent's knowledge of this host's chips: which chips there should be, which devices they are, and how much memory each
/// holds when idle (3.3 GB of 64 on an idle 910B: "free" is never 0). It is learned from whole tables and kept on disk, because
/// after a fault it is too late to learn. The knowledge belongs to a device, because the number of a device may change.
/// </summary>
internal sealed class ChipInventory
{
    private readonly ChipSettings _settings;
    private readonly string? _path;
    private readonly Lock _learning = new();
    private volatile KnownChips _known;

    /// <param name="settings">The configured chips.</param>
    /// <param name="stateFolder">The folder in which the knowledge is kept.</param>
    /// <param name="keeps">False for a one-shot look, which changes nothing on the host.</param>
    public ChipInventory(ChipSettings settings, string stateFolder, bool keeps)
    {
        _settings = settings;
        var path = Path.Combine(stateFolder, "chips.json");
        _path = keeps ? path : null;
        _known = Read(path) ?? new KnownChips([]);
    }

    /// <summary>Chips that should be there. Empty until a whole table was seen, if the configuration names none.</summary>
    public IReadOnlyList<Subject> Expected => _settings.Expected.Count > 0 ? _settings.Expected : [.. _known.Chips.Select(c => c.Subject)];

    /// <summary>HCCS boards (910B, A3) are reset as a whole. On other boards the chips of one card are reset together.</summary>
    public ResetScope ResetScope =>
        _settings.ResetScope ?? (_known.Chips.Any(c => c.Model.Contains("910", StringComparison.Ordinal)) ? ResetScope.Host : ResetScope.Card);

    /// <summary>All chips as they were last seen whole.</summary>
    public IReadOnlyList<KnownChip> Known => _known.Chips;

    public KnownChip? Find(Subject chip) => _known.Chips.FirstOrDefault(c => c.Id == chip.Id);

    public KnownChip? FindByBus(string busId) => _known.Chips.FirstOrDefault(c => c.BusId == busId);

    /// <summary>Whether a chip's memory is back at its idle level. If no level was learned, a tenth of the chip counts as idle.</summary>
    public bool IsIdle(ChipRow row)
    {
        var (used, total) = MemoryOf(row);
        var idle = Find(SubjectOf(row))?.IdleMemoryMb ?? total / 10;
        return used <= idle + _settings.IdleMarginMb;
    }

    /// <summary>Learns new chips and idle levels. A chip whose number now belongs to another device is left to <see cref="Identify"/>.</summary>
    public void Learn(ChipTable table) => Change(known =>
    {
        foreach (var row in table.Chips)
        {
            var id = SubjectOf(row).Id;
            var at = known.FindIndex(c => c.Id == id);
            if (at < 0)
            {
                known.Add(new KnownChip(id, row.BusId, row.Model, null, null));
                at = known.Count - 1;
            }

            var chip = known[at];
            if (chip.BusId is not null && row.BusId is not null && chip.BusId != row.BusId)
                continue;
            var free = table.ListsProcesses && !table.Processes.Any(p => p.Card == row.Card && (p.Chip ?? row.Chip) == row.Chip);
            var (used, total) = MemoryOf(row);
            // Memory that no listed process holds may be a leak. So only a plausible level is learned, and only the lowest one.
            var lowest = free && used < total / 8 && (chip.IdleMemoryMb is not { } idle || used < idle) ? used : chip.IdleMemoryMb;
            known[at] = chip with { BusId = row.BusId ?? chip.BusId, IdleMemoryMb = lowest };
        }
    });

    /// <summary>Takes over the device that each number belongs to now.</summary>
    /// <returns>The changes, for people. Empty when every chip is where it was.</returns>
    public IReadOnlyList<string> Identify(ChipTable table)
    {
        List<string> changes = [];
        Change(known =>
        {
            var before = known.ToList();
            foreach (var row in table.Chips.Where(r => r.BusId is not null))
            {
                var subject = SubjectOf(row);
                var was = before.FirstOrDefault(c => c.Id == subject.Id);
                if (was?.BusId is null || was.BusId == row.BusId)
                    continue;
                // Two chips of one card may share a bus id. Then the number in the card tells them apart.
                var moved = before.FirstOrDefault(c => c.BusId == row.BusId && c.Subject.CardAndChip().Chip == row.Chip);
                changes.Add($"{subject.Id} was {was.BusId} and is {row.BusId}{(moved is null ? ", a device not seen before" : $", which was {moved.Id}")}");
                known[known.FindIndex(c => c.Id == subject.Id)] = new KnownChip(subject.Id, row.BusId, row.Model, moved?.Serial, moved?.IdleMemoryMb);
                // If a number is not in use any more, the entry under it moved away with its device.
                if (moved is not null && table.Chips.All(r => SubjectOf(r).Id != moved.Id))
                    known.RemoveAll(c => c.Id == moved.Id);
            }
        });
        return changes;
    }

    /// <summary>Takes over the serial number of a card.</summary>
    /// <returns>The former serial number if the card was exchanged. Null otherwise.</returns>
    public string? IdentifyCard(int card, string serial)
    {
        string? former = null;
        Change(known =>
        {
            for (var i = 0; i < known.Count; i++)
            {
                if (known[i].Subject.CardAndChip().Card != card || known[i].Serial == serial)
                    continue;
                former ??= known[i].Serial;
                known[i] = known[i] with { Serial = serial, IdleMemoryMb = known[i].Serial is null ? known[i].IdleMemoryMb : null };
            }
        });
        return former;
    }

    public static Subject SubjectOf(ChipRow row) => Subject.Chip(row.Card, row.Chip);

    public static (long Used, long Total) MemoryOf(ChipRow row) => row.HbmMb is { Total: > 0 } hbm
        ? (hbm.Used, hbm.Total)
        : (row.MemoryMb?.Used ?? 0, row.MemoryMb?.Total ?? 0);

    private void Change(Action<List<KnownChip>> change)
    {
        lock (_learning)
        {
            List<KnownChip> chips = [.. _known.Chips];
            change(chips);
            if (chips.SequenceEqual(_known.Chips))
                return;
            _known = new KnownChips(chips);
            if (_path is not null)
                WholeFile.WriteLearned(_path, JsonSerializer.Serialize(_known, ChipInventoryJson.Default.KnownChips));
        }
    }

    private static KnownChips? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ChipInventoryJson.Default.KnownChips);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // The inventory is learned again from the next whole table.
            return null;
        }
    }
}

/// <summary>One chip as it was last seen whole.</summary>
/// <param name="Id">CARD/CHIP as npu-smi numbers them.</param>
/// <param name="BusId">The PCI address, which identifies the device. Null for chips without one.</param>
/// <param name="Serial">The serial number of the chip's card. Many boards print none.</param>
/// <param name="IdleMemoryMb">Null until it was seen with no process on it.</param>
internal sealed record KnownChip(string Id, string? BusId, string Model, string? Serial, long? IdleMemoryMb)
{
    [JsonIgnore]
    public Subject Subject => new(SubjectKind.Chip, Id);
}

internal sealed record KnownChips(List<KnownChip> Chips);

[JsonSerializable(typeof(KnownChips))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ChipInventoryJson : JsonSerializerContext;
