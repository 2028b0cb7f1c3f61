using Agent.Adapters.Files;
using Agent.Adapters.Processes;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;

namespace Agent.Bundles;

/// <summary>
/// Device logs from the vendor's collector. A chip reset or a driver restart wipes them. ascend-dlog writes to a named folder; msnpureport writes
/// into a folder named by the time, below its working folder. In the bundle both look alike.
/// </summary>
internal sealed class DlogSource(IProcessRunner processes, VendorSettings vendor) : IBundleSource
{
    public static readonly DeclaredSource Declared = new("dlog");

    private const string Target = "device_log";

    // Old black boxes may be large. The vendor's diagnosis refuses longer text files anyway.
    private const long FileBytes = 512L * 1024 * 1024;

    private const double ShareOfCollector = 0.8;

    public string Name => Declared.Name;

    public bool IsSlow => true;

    public Loss LostBy => Loss.ChipReset;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        if (vendor.CollectDlog is not { } words)
        {
            folder.Absent("no collector is configured (vendor.collect_dlog)");
            return;
        }

        var scratch = folder.Scratch("npu-agent-dlog-");
        try
        {
            // A collector that is killed at its time limit leaves the files that it has so far. It takes time to copy them, too.
            var limit = TimeSpan.FromSeconds(Math.Min(vendor.CollectDlogLimit.TotalSeconds, folder.Time.TotalSeconds * ShareOfCollector));
            var result = await processes.RunAsync(CommandLine.Of(words).With("{dir}", scratch), new ProcessLimits(limit), workingFolder: scratch,
                cancellation: cancellation);
            folder.Write("npu-agent/device-log-collector.txt", $"{result.Command}\n{result.Output}{result.Error}");
            if (!result.Succeeded)
                folder.Note(result.Describe());
            var collected = PlainFolder.Find(scratch)!;
            folder.WriteFiles(collected, [.. collected.Files().OrderBy(collected.NameOf, StringComparer.Ordinal)], name => Place(scratch, name), FileBytes);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string Place(string scratch, string name)
    {
        var front = name.Split('/')[0];
        var isDated = Directory.Exists(Path.Combine(scratch, front, "slog")) || Directory.Exists(Path.Combine(scratch, front, "hisi_logs"));
        return Path.Combine(Target, isDated ? name[(front.Length + 1)..] : name);
    }
}
