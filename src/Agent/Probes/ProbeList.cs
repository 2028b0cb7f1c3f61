using Agent.Adapters.Hccn;
using Agent.Adapters.Kernel;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Signs;
using Agent.Engines.Throughput;
using Agent.ForeignText;
using Agent.Probes.Driver;
using Agent.Probes.Engine;
using Agent.Probes.Host;
using Agent.Probes.Npu;
using Agent.VendorFaults;

namespace Agent.Probes;

/// <summary>A probe, and how it is made: none where this host has nothing to look at, one for each engine where it looks at engines.</summary>
internal sealed record ListedProbe(DeclaredProbe Declared, Func<ProbeParts, IEnumerable<IProbe>> Make);

/// <summary>What a probe may be made of.</summary>
internal sealed record ProbeParts
{
    public required AgentSettings Settings { get; init; }

    public required IProcessRunner Processes { get; init; }

    public required NpuSmi NpuSmi { get; init; }

    public required HccnTool Hccn { get; init; }

    public required SystemdUnits Units { get; init; }

    public required ChipInventory Chips { get; init; }

    public required ChipNumbering Numbering { get; init; }

    public required FaultOccurrences Occurrences { get; init; }

    public required IReadOnlyList<SupervisedEngine> Engines { get; init; }

    public required TextGate Gate { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Engines that can be asked: a node without a front end is asked nothing.</summary>
    public IEnumerable<SupervisedEngine> Asked => Engines.Where(e => e.Settings.HasFrontEnd);

    public VendorSettings Vendor => Settings.Vendor;

    /// <summary>The times that the file gives to a probe.</summary>
    public ProbeSettings Times(DeclaredProbe probe) =>
        Settings.Probes.GetValueOrDefault(probe.Name)
            ?? throw new InvalidOperationException($"probe '{probe.Name}' is not in the list of probes with which the configuration was read");
}

/// <summary>The probes, in order: one line a kind.</summary>
internal static class ProbeList
{
    public static readonly IReadOnlyList<ListedProbe> All =
    [
        new(ChipHealthProbe.Declared, p => [new ChipHealthProbe(p.NpuSmi, p.Chips, new VendorFaultTable(p.Settings.VendorCodes), p.Occurrences, p.Clock)]),
        new(ChipUsageProbe.Declared, p => [new ChipUsageProbe(p.NpuSmi, p.Chips, p.Engines, p.Clock)]),
        new(ChipIdentityProbe.Declared, p => [new ChipIdentityProbe(p.NpuSmi, p.Chips, p.Numbering, p.Settings.Chips.BusIds, p.Clock)]),
        new(ChipHeatProbe.Declared, p => [new ChipHeatProbe(p.NpuSmi, p.Settings.ChipLimits, p.Clock)]),
        new(ChipBandwidthProbe.Declared, p => [new ChipBandwidthProbe(p.NpuSmi, p.Clock)]),
        new(ChipMemoryProbe.Declared, p => [new ChipMemoryProbe(p.NpuSmi, p.Settings.ChipLimits, p.Clock)]),
        new(LinkHealthProbe.Declared, p => [new LinkHealthProbe(p.Hccn, p.NpuSmi, p.Chips, [.. (p.Vendor.HccnPorts ?? []).Select(HccnPort.Parse)], p.Clock)]),
        new(DriverUnitProbe.Declared, p => p.Vendor.DriverUnit is { } unit ? [new DriverUnitProbe(p.Units, unit, p.Clock)] : []),
        new(DriverModulesProbe.Declared, p => p.Vendor.ModulesFile is { } modules
            ? [new DriverModulesProbe(new DriverFiles(modules, p.Vendor.DeviceFolder, p.Vendor.VersionFile), p.Clock)]
            : []),
        new(KernelLogProbe.Declared, p => p.Vendor.KernelLog is { } kernel ? [new KernelLogProbe(KernelLog(p, kernel), p.Engines, p.Clock)] : []),
        new(EngineProcessProbe.Declared, p => p.Engines.Select(e => new EngineProcessProbe(e, p.Numbering, p.Clock)
        {
            LooksForCores = p.Times(EngineProcessProbe.Declared).Enabled,
        })),
        new(EngineHealthProbe.Declared, p => p.Asked.Select(e => new EngineHealthProbe(
            e, p.Times(EngineHealthProbe.Declared).Interval, p.Times(EngineHealthProbe.Declared).Deadline, p.Clock))),
        new(EngineProgressProbe.Declared, p => p.Asked.Select(e => new EngineProgressProbe(
            e, p.Times(EngineProgressProbe.Declared).Interval, p.Times(EngineProgressProbe.Declared).Deadline, p.Clock))),
        new(EngineCanaryProbe.Declared, p => p.Asked.Select(e => new EngineCanaryProbe(e, p.Clock))),
        new(EngineLogProbe.Declared, p => p.Engines.Select(e => new EngineLogProbe(e, p.Clock))),
        new(EngineDriftProbe.Declared, p => p.Engines.Select(e => new EngineDriftProbe(e, p.Clock))),
        new(EngineQualityProbe.Declared, p => p.Asked.Select(e => new EngineQualityProbe(e, p.Settings.StateFolder, p.Clock))),
        new(EngineThroughputProbe.Declared, p => p.Asked.Select(e => new EngineThroughputProbe(
            e, new ThroughputBaseline(e.Settings, p.Settings.StateFolder), p.Times(EngineThroughputProbe.Declared).Deadline, p.Clock))),
        new(JudgeLimits.Declared, _ => []),
        new(DiskSpaceProbe.Declared, p => [new DiskSpaceProbe(p.Settings.Disk, p.Clock)]),
    ];

    /// <summary>Those that are not switched off.</summary>
    public static IReadOnlyList<ScheduledProbe> Of(IReadOnlyList<ListedProbe> listed, ProbeParts parts) =>
    [
        .. from kind in listed
           let times = kind.Declared == EngineProcessProbe.Declared ? JudgeLimits.RunLook(parts.Settings.Probes) : parts.Times(kind.Declared)
           where times.Enabled
           from probe in kind.Make(parts)
           select new ScheduledProbe(probe, times.Interval, times.Deadline, parts.Gate),
    ];

    private static IKernelLog KernelLog(ProbeParts parts, string named) =>
        named == VendorSettings.Journal ? new KernelJournal(parts.Processes, parts.Times(KernelLogProbe.Declared).Deadline, parts.Clock)
            : new KernelRing(named);
}
