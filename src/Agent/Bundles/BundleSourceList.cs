using Agent.Adapters.Hccn;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Adapters.Systemd;
using Agent.Configuration;
using Agent.Engines;

namespace Agent.Bundles;

/// <summary>
/// The sources of a bundle: one line a kind. What is most volatile comes first; the vendor's collector of device logs comes
/// last, because it may have all the time that is left. Made anew for each bundle.
/// </summary>
internal static class BundleSourceList
{
    public static IReadOnlyList<IBundleSource> Of(
        AgentSettings settings,
        IProcessRunner runner,
        RootUnits root,
        ProcessTable processes,
        NpuSmi npuSmi,
        HccnTool hccn,
        IReadOnlyList<SupervisedEngine> engines,
        IReadOnlyList<EngineTrace> traces,
        TimeProvider clock) =>
        [
            new ProcessTreeSource(processes, engines),
            new ChipTableSource(npuSmi, clock),
            new SharedMemorySource(),
            new EngineLogSource(traces, settings.Bundles.LogTailBytes),
            new KernelLogSource(runner, clock),
            new NpuSmiSource(npuSmi, engines, clock),
            new CannLogSource(traces),
            new VersionSource(traces),
            new ConfigurationSource(settings),
            new HccnToolSource(hccn, npuSmi, settings.Vendor, engines, clock),
            .. root.CollectsLogs ? [new RootLogSource(root, RootUnits.CollectedLogs, settings.Vendor)] : ForRoot(settings, runner),
        ];

    /// <summary>What may need root: the unit of root collects it for an agent that is none.</summary>
    public static IReadOnlyList<IBundleSource> ForRoot(AgentSettings settings, IProcessRunner runner) =>
        [new HostLogSource(settings.Bundles.HostLogs), new DlogSource(runner, settings.Vendor)];
}
