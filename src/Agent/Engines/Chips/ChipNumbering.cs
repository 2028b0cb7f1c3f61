using Agent.Adapters.NpuSmi;
using Agent.Configuration.Engines;
using Agent.Domain.Observations;
using Agent.Engines.Starting;

namespace Agent.Engines.Chips;

/// <summary>
/// The numbers that ASCEND_RT_VISIBLE_DEVICES uses for the chips of an engine. They come from the surest source that answers:
/// <c>npu-smi info -m</c>, then the column of the table, then the last good answer while the same devices are there. Without one
/// of these the numbers are not known: card numbers are not device numbers, and two engines on one chip fail long after the start.
/// </summary>
/// <param name="npuSmi">npu-smi.</param>
/// <param name="stateFolder">The folder in which the last good answer is kept.</param>
/// <param name="keeps">False for a one-shot look, which changes nothing on the host.</param>
/// <param name="boot">The present boot of the host.</param>
internal sealed class ChipNumbering(NpuSmi npuSmi, string stateFolder, bool keeps, Func<string> boot)
{
    // The numbers by CARD/CHIP, as npu-smi numbers chips.
    private static readonly Dictionary<string, int> Nothing = [];

    private readonly string _path = Path.Combine(stateFolder, "chip-numbers.json");
    private KeptNumbering? _kept;
    private volatile IReadOnlyDictionary<string, int> _seen = Nothing;

    private KeptNumbering? Kept => _kept ??= KeptNumbering.Read(_path);

    /// <summary>Whether the last look could tell the chips of an engine.</summary>
    public bool CanTell(EngineSettings engine) => Of(engine, _seen) is not null;

    /// <summary>
    /// Whether an engine is given numbers at all. A unit of the host has a command of its own, and a person may have written the numbers down.
    /// </summary>
    public static bool IsNeeded(EngineSettings engine) => engine.RunsIn.Unit is null && !engine.Environment.ContainsKey(EngineCommandLine.VisibleDevices);

    /// <summary>Keeps the answer of npu-smi while npu-smi can give one. npu-smi is asked when the last good answer is not true of these chips.</summary>
    public async Task LookAsync(ChipTable table, CancellationToken cancellation)
    {
        if (Kept is { } kept && kept.Boot == boot() && kept.Holds(table, boot()))
        {
            _seen = NumbersOf(kept);
            return;
        }

        var mapping = (await npuSmi.MappingAsync(cancellation)).Value;
        var told = NumbersOf(mapping);
        if (told is not null)
            Keep(told, table);
        _seen = told ?? NumbersOf(table) ?? Remembered(table, null) ?? Nothing;
    }

    /// <returns>The logic ids in the order of the configuration, or why they cannot be told.</returns>
    public async Task<(IReadOnlyList<int>? Ids, string? Problem)> OfAsync(EngineSettings engine, CancellationToken cancellation)
    {
        if (!IsNeeded(engine))
            return ([], null);
        var mapping = await npuSmi.MappingAsync(cancellation);
        if (Of(engine, NumbersOf(mapping.Value)) is { } told)
            return (told, null);
        var table = await npuSmi.TableAsync(cancellation);
        var whole = table.Value;
        if ((Of(engine, NumbersOf(whole)) ?? Of(engine, Remembered(whole, table.Partial))) is { } known)
            return (known, null);
        var unnamed = mapping.Value is null ? mapping.Problem!.Cause : "it does not name all of them";
        var kept = Kept is null ? "no earlier answer is kept" : "the earlier answer that is kept is of other chips or of another boot";
        return (null, $"it is not known which devices the chips {string.Join(", ", engine.Chips.Select(c => c.Id))} are: npu-smi info -m: {unnamed}; "
            + $"{(whole is null ? $"npu-smi info: {table.Problem!.Cause}" : "the table of npu-smi info has no device number for each of them")}; {kept}. "
            + "The engine is started as soon as npu-smi tells them; run `npu-smi info -m` by hand and compare");
    }

    private void Keep(Dictionary<string, int> numbers, ChipTable table)
    {
        if (KeptNumbering.Of(numbers, table, boot()) is not { } good || good.IsSameAs(Kept))
            return;
        _kept = good;
        if (keeps)
            good.Write(_path);
    }

    private Dictionary<string, int>? Remembered(ChipTable? whole, ChipTable? partial) =>
        Kept is { } kept && (whole is not null ? kept.Holds(whole, boot()) : kept.HoldsUnseen(partial, boot())) ? NumbersOf(kept) : null;

    private static Dictionary<string, int> NumbersOf(KeptNumbering kept) => kept.Chips.ToDictionary(c => c.Id, c => c.LogicId);

    private static Dictionary<string, int>? NumbersOf(ChipMapping? mapping) =>
        mapping is null || (mapping.IsPhysical && !AreAll(mapping.LogicIds.Values))
            ? null
            : mapping.LogicIds.ToDictionary(i => Subject.Chip(i.Key.Card, i.Key.Chip).Id, i => i.Value);

    /// <summary>
    /// A physical id equals the logic id if all chips of the host are seen. In a container that sees only some chips, logic ids begin at 0 again.
    /// </summary>
    private static bool AreAll(IEnumerable<int> physicalIds) => physicalIds.Order().Index().All(i => i.Item == i.Index);

    private static Dictionary<string, int>? NumbersOf(ChipTable? table)
    {
        if (table is null)
            return null;
        if (table.Chips.All(r => r.LogicId is not null))
            return table.Chips.ToDictionary(r => ChipInventory.SubjectOf(r).Id, r => r.LogicId!.Value);
        return AreAll(table.Chips.Select(r => r.PhysicalId ?? -1)) ? table.Chips.ToDictionary(r => ChipInventory.SubjectOf(r).Id, r => r.PhysicalId!.Value)
            : null;
    }

    private static List<int>? Of(EngineSettings engine, IReadOnlyDictionary<string, int>? numbers)
    {
        List<int> ids = [.. engine.Chips.Where(c => numbers?.ContainsKey(c.Id) == true).Select(c => numbers![c.Id])];
        return ids.Count == engine.Chips.Count && ids.Distinct().Count() == ids.Count ? ids : null;
    }
}
