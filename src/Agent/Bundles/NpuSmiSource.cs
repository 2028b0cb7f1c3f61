using Agent.Adapters.NpuSmi;

namespace Agent.Bundles;

/// <summary>What npu-smi says now.</summary>
internal sealed class NpuSmiSource(NpuSmi npuSmi) : IBundleSource
{
    public string Name => "npu-smi";

    public bool IsSlow => false;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        folder.Write("info.txt", await npuSmi.SnapshotAsync(["info"], cancellation));
        folder.Write("info-m.txt", await npuSmi.SnapshotAsync(["info", "-m"], cancellation));
    }
}
