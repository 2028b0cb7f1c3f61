using System.Collections.Immutable;
using Agent.Domain.Recovery;

namespace Agent.Domain.Faults;

/// <summary>
/// The agent's whole knowledge of faults, causes before their echoes: if two faults of one moment could explain each other, the
/// one that stands first is the cause. The rows are in <see cref="DriverAndChipFaults"/>, <see cref="DeviceFaults"/>,
/// <see cref="ChipWearFaults"/>, <see cref="LinkFaults"/>, <see cref="EngineLaunchFaults"/>, <see cref="EngineFaults"/>,
/// <see cref="EngineUnservedFaults"/>, <see cref="EngineQuietFaults"/>, <see cref="HostDiskFaults"/>,
/// <see cref="HostFaults"/> and <see cref="NotifierFaults"/>.
/// </summary>
public sealed class FaultCatalog
{
    public static readonly FaultCatalog Default = new(
    [
        .. DriverAndChipFaults.All, .. DeviceFaults.All, .. ChipWearFaults.All, .. LinkFaults.All,
        .. EngineLaunchFaults.All, .. EngineFaults.All, .. EngineUnservedFaults.All, .. EngineQuietFaults.All,
        .. HostDiskFaults.All, .. HostFaults.All, .. NotifierFaults.All,
    ]);

    private readonly ImmutableDictionary<string, (int Order, Fault Fault)> _byCode;

    private FaultCatalog(ImmutableArray<Fault> all)
    {
        All = all;
        _byCode = all.Select((fault, order) => (fault, order)).ToImmutableDictionary(x => x.fault.Code, x => (x.order, x.fault), StringComparer.Ordinal);
    }

    public ImmutableArray<Fault> All { get; }

    public Fault? Find(string code) => _byCode.TryGetValue(code, out var row) ? row.Fault : null;

    /// <summary>
    /// The row of a code. An incident in the history may have one that another version of the agent gave it, and that must not stop
    /// the others: such a fault is a person's.
    /// </summary>
    public Fault this[string code] => Find(code) ?? UnknownFault.Of(code);

    /// <summary>Its place in the table. A smaller one is nearer to the cause.</summary>
    public int OrderOf(string code) => _byCode.TryGetValue(code, out var row) ? row.Order : int.MaxValue;

    /// <summary>Whether <paramref name="cause"/> explains <paramref name="echo"/>.</summary>
    public bool Explains(string cause, string echo) => Find(echo)?.DependsOn.Contains(cause) == true;

    /// <summary>The catalogue with some rows changed by an operator's configuration.</summary>
    public FaultCatalog With(IReadOnlyDictionary<string, FaultOverride> overrides) =>
        new([.. All.Select(f => overrides.TryGetValue(f.Code, out var change) ? change.ApplyTo(f) : f)]);
}

/// <summary>The parts of a fault that an operator may change. Null leaves the catalogue's value.</summary>
public sealed record FaultOverride(Severity? Severity = null, TimeSpan? ConfirmAfter = null, int? Sightings = null, Rung? Rung = null, bool? Muted = null)
{
    public Fault ApplyTo(Fault fault)
    {
        var startsAt = Rung ?? fault.StartsAt;
        return fault with
        {
            Severity = Severity ?? fault.Severity,
            ConfirmAfter = ConfirmAfter ?? fault.ConfirmAfter,
            Sightings = Sightings ?? fault.Sightings,
            // If the operator asks for patience, the agent waits.
            IsCertain = fault.IsCertain && ConfirmAfter is null && Sightings is null,
            StartsAt = startsAt,
            // "note" and "hand-over" mean: touch nothing. A wider start moves the limit along, never narrows it.
            Limit = startsAt is Recovery.Rung.Note or Recovery.Rung.HandOver || fault.Limit < startsAt ? startsAt : fault.Limit,
            Muted = Muted ?? fault.Muted,
        };
    }
}
