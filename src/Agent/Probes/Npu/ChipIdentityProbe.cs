using Agent.Adapters.NpuSmi;
using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines.Chips;

namespace Agent.Probes.Npu;

/// <summary>
/// The driver numbers cards anew after a reset, a reboot or an exchange: the number stays and the device is another. Bus ids
/// of the table are compared with those known, and with those of the configuration; the numbers by which engines are given the
/// devices are kept with them. Serial numbers are asked once a card.
/// What it cannot see: an exchange on a board that prints no serial number, with the new card in the same slot.
/// </summary>
internal sealed class ChipIdentityProbe(
    NpuSmi npuSmi,
    ChipInventory chips,
    ChipNumbering numbering,
    IReadOnlyDictionary<string, string> configured,
    TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("chip-identity", "60s", "20s", "Another device under the number of a chip.");

    private readonly HashSet<int> _asked = [];

    public string Name => Declared.Name;

    public Subject Subject => Subject.Host;

    public bool AsksDriver => true;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        var answer = await npuSmi.TableAsync(cancellation);
        if (answer.Value is not { } table)
            return [this.CouldNotLook($"the chips are not known: {answer.Problem!.Cause}", clock.GetUtcNow())];

        await numbering.LookAsync(table, cancellation);
        List<string> changes = [.. chips.Identify(table), .. Misplaced(table)];
        if (await ExchangedAsync(table, cancellation) is { } exchanged)
            changes.Add(exchanged);
        var now = clock.GetUtcNow();
        return changes.Count == 0
            ? [this.Healthy(Counted.Text(table.Chips.Count(c => c.BusId is not null), "chip known by its bus id", "chips known by their bus id"), now)]
            : [this.Faulty(FaultCodes.ChipsRenumbered, string.Join("; ", changes),
                now) with { NextStep = "compare `chips` of every engine in agent.yaml with npu-smi info" }];
    }

    private IEnumerable<string> Misplaced(ChipTable table) =>
        from row in table.Chips
        let chip = ChipInventory.SubjectOf(row)
        where row.BusId is not null && configured.TryGetValue(chip.Id, out var wanted) && !string.Equals(wanted, row.BusId, StringComparison.OrdinalIgnoreCase)
        select $"the configuration has {chip.Id} at {configured[chip.Id]}, npu-smi has it at {row.BusId}";

    /// <summary>One card a look: a sick driver takes its time for each question.</summary>
    private async Task<string?> ExchangedAsync(ChipTable table, CancellationToken cancellation)
    {
        if (table.Chips.Select(c => (int?)c.Card).FirstOrDefault(c => !_asked.Contains(c!.Value)) is not { } card)
            return null;
        _asked.Add(card);
        return await npuSmi.SerialAsync(card, cancellation) is { } serial && chips.IdentifyCard(card, serial) is { } former
            ? $"card {card} had serial number {former} and has {serial}"
            : null;
    }
}
