using Agent.Adapters;
using Agent.Adapters.NpuSmi;
using Agent.Adapters.Processes;

namespace Agent.Bundles;

/// <summary>
/// Load, memory and processes of the chips while the engine is still there, as npu-smi told a probe a moment ago: it takes a
/// second or two on real hosts, and an engine that is down does not wait for the same answer twice.
/// </summary>
internal sealed class ChipTableSource(NpuSmi npuSmi, TimeProvider clock) : IBundleSource
{
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(20);

    public string Name => "chip-table";

    public bool IsSlow => false;

    public Loss LostBy => Loss.EngineStop;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        var (result, age) = await npuSmi.RecentTableAsync(Recent, cancellation);
        folder.Write("npu-agent/npu-smi-before.txt", $"npu-smi info at {clock.HostNow() - age:u}\n{(result.End == ProcessEnd.Exited ? result.Output + result.Error : result.Describe())}");
        if (result.End != ProcessEnd.Exited)
            folder.Note(result.Describe());
    }
}
