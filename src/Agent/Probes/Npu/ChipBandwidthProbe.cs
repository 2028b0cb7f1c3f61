using Agent.Adapters.NpuSmi;
using Agent.Configuration.Declared;
using Agent.Domain.Observations;
using Agent.Engines.Chips;

namespace Agent.Probes.Npu;

/// <summary>
/// A chip that decodes waits for its memory far more than for its AI cores, so the share of the memory's bandwidth in use tells how near it is to
/// its limit. Seen in npu-smi info -t usages. It judges nothing: a full bandwidth is no fault. What it cannot see: bytes, which no tool tells, and
/// peaks between two looks.
/// </summary>
internal sealed class ChipBandwidthProbe(NpuSmi npuSmi, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new(
        "chip-bandwidth", "2m", "45s",
        "Share of the memory's bandwidth that each chip uses. One call of npu-smi for each card, for the metrics alone.");

    public string Name => Declared.Name;

    public Subject Subject => Subject.Host;

    public bool AsksDriver => true;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) =>
        CardByCard.LookAsync(this, npuSmi, card => npuSmi.BandwidthPercentAsync(card, cancellation), Seen, clock, cancellation);

    private Observation Seen(ChipRow row, double? percent, DateTimeOffset now) =>
        this.Healthy(percent is { } used ? $"{used} % of the memory's bandwidth in use" : "this chip does not tell the use of its memory's bandwidth", now) with
        {
            Subject = ChipInventory.SubjectOf(row),
            Identity = row.BusId,
            Measures = percent is { } share
                ? new Dictionary<string, double>(StringComparer.Ordinal) { ["memory_bandwidth_utilization_ratio"] = share / 100 }
                : new Dictionary<string, double>(StringComparer.Ordinal),
        };
}
