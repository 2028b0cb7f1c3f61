using Agent.Adapters.Processes;
using Agent.Configuration;

namespace Agent.Bundles;

/// <summary>Device logs by the vendor's collector (ascend-dlog, msnpureport). A chip reset or driver restart wipes them.</summary>
internal sealed class DlogSource(IProcessRunner processes, VendorSettings vendor) : IBundleSource
{
    public string Name => "dlog";

    public bool IsSlow => true;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        if (vendor.CollectDlog is not { } words)
        {
            folder.Note("no collector is configured (vendor.collect_dlog)");
            return;
        }

        var scratch = Directory.CreateTempSubdirectory("npu-agent-dlog-").FullName;
        try
        {
            var result = await processes.RunAsync(CommandLine.Of(words).With("{dir}", scratch), new ProcessLimits(vendor.CollectDlogLimit), workingFolder: scratch, cancellation: cancellation);
            folder.Write("collector.txt", $"{result.Command}\n{result.Output}{result.Error}");
            if (!result.Succeeded)
                folder.Note(result.Describe());
            folder.WriteFolder(scratch);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }
}
