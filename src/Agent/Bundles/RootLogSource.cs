using Agent.Adapters.Files;
using Agent.Adapters.Systemd;
using Agent.Configuration.Declared;
using Agent.Configuration.Host;

namespace Agent.Bundles;

/// <summary>
/// Evidence that an agent without root cannot read. A unit of root collects it with the sources of <see cref="BundleSourceList.ForRoot"/>, laid out
/// and redacted as in a bundle. This source takes the files over.
/// </summary>
internal sealed class RootLogSource(RootUnits root, string collected, VendorSettings vendor) : IBundleSource
{
    public static readonly DeclaredSource Declared = new("root-logs");

    /// <summary>The list of things that root could not get, one a line.</summary>
    public const string Problems = "problems.txt";

    private const double ShareOfCollecting = 0.8;

    public string Name => Declared.Name;

    public bool IsSlow => true;

    public Loss LostBy => Loss.ChipReset;

    public async Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        try
        {
            var limit = TimeSpan.FromSeconds(Math.Min(vendor.CollectDlogLimit.TotalSeconds, folder.Time.TotalSeconds * ShareOfCollecting));
            var (succeeded, detail) = await root.CollectLogsAsync(limit, cancellation);
            if (!succeeded)
                folder.Note(detail);
            Take(folder);
        }
        finally
        {
            await root.DropLogsAsync(CancellationToken.None);
        }
    }

    private void Take(BundleFolder folder)
    {
        if (PlainFolder.Find(collected) is not { } logs)
            return;
        var files = logs.Files().OrderBy(logs.NameOf, StringComparer.Ordinal).ToLookup(f => logs.NameOf(f) == Problems);
        folder.WriteFiles(logs, [.. files[false]], name => name, long.MaxValue);
        foreach (var problem in files[true].SelectMany(f => File.ReadLines(f.FullName)))
            folder.Note(problem);
    }
}
