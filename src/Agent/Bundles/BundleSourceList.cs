using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;
using Agent.Configuration;
using Agent.Engines;

namespace Agent.Bundles;

/// <summary>The sources of a bundle, what is most volatile first: one line a kind.</summary>
internal static class BundleSourceList
{
    public static IReadOnlyList<IBundleSource> Of(AgentSettings settings, IProcessRunner runner, ProcessTable processes, NpuSmi npuSmi, IReadOnlyList<SupervisedEngine> engines) =>
    [
        new ProcessTreeSource(processes, engines),
        new EngineLogSource(engines, settings.Bundles.LogTailBytes),
        new NpuSmiSource(npuSmi),
        new ConfigurationSource(settings),
        new DlogSource(runner, settings.Vendor),
    ];
}
