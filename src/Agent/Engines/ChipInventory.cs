using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters.NpuSmi;
using Agent.Configuration;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Engines;

/// <summary>
/// What the agent knows of this host's chips: which ones there should be, and how much memory each holds when idle (3.3 GB of
/// 64 on an idle 910B: "free" is never 0). Learned from whole tables, kept on disk, because after a fault it is too late.
/// </summary>
internal sealed class ChipInventory
{
    private readonly ChipSettings _settings;
    private readonly string? _path;
    private volatile KnownChips _known;

    /// <param name="settings">What the configuration says of the chips.</param>
    /// <param name="stateFolder">Where what was learned is kept.</param>
    /// <param name="keeps">False for a one-shot look, which changes nothing on the host.</param>
    public ChipInventory(ChipSettings settings, string stateFolder, bool keeps)
    {
        _settings = settings;
        var path = Path.Combine(stateFolder, "chips.json");
        _path = keeps ? path : null;
        _known = Read(path) ?? new KnownChips([], [], null);
    }

    /// <summary>Chips that should be there; empty until a whole table was seen or the configuration names them.</summary>
    public IReadOnlyList<Subject> Expected => _settings.Expected.Count > 0 ? _settings.Expected : [.. _known.Chips.Select(Parse)];

    /// <summary>HCCS boards (910B, A3) reset as a whole; elsewhere the chips of a card go together.</summary>
    public ResetScope ResetScope =>
        _settings.ResetScope ?? (_known.Model?.Contains("910", StringComparison.Ordinal) == true ? ResetScope.Host : ResetScope.Card);

    public long? IdleMemoryMb(Subject chip) => _known.IdleMemoryMb.TryGetValue(chip.Id, out var idle) ? idle : null;

    /// <summary>Whether a chip's memory is back at its idle level; without a learned one, a tenth of the chip counts as idle.</summary>
    public bool IsIdle(ChipRow row)
    {
        var (used, total) = MemoryOf(row);
        var idle = IdleMemoryMb(SubjectOf(row)) ?? total / 10;
        return used <= idle + _settings.IdleMarginMb;
    }

    public void Learn(ChipTable table)
    {
        var known = _known;
        var chips = known.Chips.Union(table.Chips.Select(r => SubjectOf(r).Id)).ToList();
        Dictionary<string, long> idle = new(known.IdleMemoryMb, StringComparer.Ordinal);
        foreach (var row in table.Chips)
        {
            var id = SubjectOf(row).Id;
            var free = table.ListsProcesses && !table.Processes.Any(p => p.Card == row.Card && (p.Chip ?? row.Chip) == row.Chip);
            var (used, total) = MemoryOf(row);
            // Memory that nobody on the list holds may be a leak: only a plausible level is learned, and only the lowest.
            if (free && used < total / 8 && (!idle.TryGetValue(id, out var lowest) || used < lowest))
                idle[id] = used;
        }

        if (chips.Count == known.Chips.Count && idle.Count == known.IdleMemoryMb.Count && idle.All(i => known.IdleMemoryMb[i.Key] == i.Value))
            return;
        _known = new KnownChips(chips, idle, table.Chips[0].Model);
        if (_path is null)
            return;
        var temporary = _path + ".new";
        File.WriteAllText(temporary, JsonSerializer.Serialize(_known, ChipInventoryJson.Default.KnownChips));
        File.Move(temporary, _path, overwrite: true);
    }

    public static Subject SubjectOf(ChipRow row) => Subject.Chip(row.Card, row.Chip);

    public static (long Used, long Total) MemoryOf(ChipRow row) => row.HbmMb is { Total: > 0 } hbm
        ? (hbm.Used, hbm.Total)
        : (row.MemoryMb?.Used ?? 0, row.MemoryMb?.Total ?? 0);

    private static Subject Parse(string id) => new(SubjectKind.Chip, id);

    private static KnownChips? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ChipInventoryJson.Default.KnownChips);
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // Learned again from the next whole table.
            return null;
        }
    }
}

internal sealed record KnownChips(List<string> Chips, Dictionary<string, long> IdleMemoryMb, string? Model);

[JsonSerializable(typeof(KnownChips))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ChipInventoryJson : JsonSerializerContext;
