using Agent.Adapters.Hccn;
using Agent.Adapters.Kernel;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Engines;
using Agent.Engines.Throughput;
using Agent.ForeignText;
using Agent.Probes.Driver;
using Agent.Probes.Engine;
using Agent.Probes.Host;
using Agent.Probes.Npu;
using Agent.VendorFaults;

namespace Agent.Probes;

/// <summary>The probes of this host, in order: one line a kind.</summary>
internal static class ProbeList
{
    public static IReadOnlyList<ScheduledProbe> Of(
        AgentSettings settings,
        IProcessRunner processes,
        NpuSmi npuSmi,
        HccnTool hccn,
        SystemdUnits units,
        ChipInventory chips,
        ChipNumbering numbering,
        FaultOccurrences occurrences,
        IReadOnlyList<SupervisedEngine> engines,
        TextGate gate,
        TimeProvider clock)
    {
        // A node without a front end is asked nothing.
        List<SupervisedEngine> asked = [.. engines.Where(e => e.Settings.HasFrontEnd)];
        IProbe[] probes =
        [
            new ChipHealthProbe(npuSmi, chips, new VendorFaultTable(settings.VendorCodes), occurrences, clock),
            new ChipUsageProbe(npuSmi, chips, engines, clock),
            new ChipIdentityProbe(npuSmi, chips, numbering, settings.Chips.BusIds, clock),
            new ChipHeatProbe(npuSmi, settings.ChipLimits, clock),
            new ChipMemoryProbe(npuSmi, settings.ChipLimits, clock),
            new LinkHealthProbe(hccn, npuSmi, chips, [.. (settings.Vendor.HccnPorts ?? []).Select(HccnPort.Parse)], clock),
            .. settings.Vendor.DriverUnit is { } unit ? [new DriverUnitProbe(units, unit, clock)] : Array.Empty<IProbe>(),
            .. settings.Vendor.ModulesFile is { } modules ? [new DriverModulesProbe(new DriverFiles(modules, settings.Vendor.DeviceFolder, settings.Vendor.VersionFile), clock)] : Array.Empty<IProbe>(),
            .. settings.Vendor.KernelLog is { } kernel ? [new KernelLogProbe(kernel == VendorSettings.Journal ? new KernelJournal(processes, settings.Probes["kernel-log"].Deadline, clock) : new KernelRing(kernel), engines, clock)] : Array.Empty<IProbe>(),
            .. engines.Select(e => new EngineProcessProbe(e, numbering, clock)),
            .. asked.Select(e => new EngineHealthProbe(e, settings.Probes["engine-health"].Interval, settings.Probes["engine-health"].Deadline, clock)),
            .. asked.Select(e => new EngineProgressProbe(e, settings.Probes["engine-progress"].Interval, settings.Probes["engine-progress"].Deadline, clock)),
            .. asked.Select(e => new EngineCanaryProbe(e, clock)),
            .. engines.Select(e => new EngineLogProbe(e, clock)),
            .. engines.Select(e => new EngineDriftProbe(e, clock)),
            .. asked.Select(e => new EngineQualityProbe(e, settings.StateFolder, clock)),
            .. asked.Select(e => new EngineThroughputProbe(e, new ThroughputBaseline(e.Settings, settings.StateFolder),
                settings.Probes["engine-throughput"].Deadline, clock)),
            new DiskSpaceProbe(settings.Disk, clock),
        ];
        return
        [
            .. probes
                .Select(p => (Probe: p, Times: p is EngineProcessProbe ? JudgeLimits.RunLook(settings.Probes) : settings.Probes[p.Name]))
                .Where(p => p.Times.Enabled)
                .Select(p => new ScheduledProbe(p.Probe, p.Times.Interval, p.Times.Deadline, gate)),
        ];
    }
}
