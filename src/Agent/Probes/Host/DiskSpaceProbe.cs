using Agent.Configuration;
using Agent.Configuration.Declared;
using Agent.Domain.Faults;
using Agent.Domain.Observations;

namespace Agent.Probes.Host;

/// <summary>
/// Full disks stop databases, bundles and engines in ways that look like other faults. Seen as free space of the file systems
/// that are configured. What it cannot see: exhausted inodes and quotas.
/// </summary>
internal sealed class DiskSpaceProbe(DiskSettings settings, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("disk-space", "60s", "5s", "Free space of disk.paths.");

    private const double Gibibyte = 1024.0 * 1024 * 1024;

    public string Name => Declared.Name;

    public Subject Subject => Subject.Host;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        List<string> low = [];
        List<string> all = [];
        var least = double.MaxValue;
        foreach (var path in settings.Paths)
        {
            var free = new DriveInfo(Existing(path)).AvailableFreeSpace;
            least = Math.Min(least, free);
            var text = $"{path} {free / Gibibyte:0.0} GiB free";
            all.Add(text);
            if (free < settings.MinFreeBytes)
                low.Add($"{text}, wanted {settings.MinFreeBytes / Gibibyte:0.0}");
        }

        var seen = low.Count > 0 ? this.Faulty(FaultCodes.DiskLow, string.Join("; ", low), now) : this.Healthy(string.Join("; ", all), now);
        return Task.FromResult<IReadOnlyList<Observation>>(
            [seen with { Measures = new Dictionary<string, double>(StringComparer.Ordinal) { ["free_bytes"] = least } }]);
    }

    /// <summary>A folder that is not made yet will lie on the file system of its nearest parent.</summary>
    private static string Existing(string path)
    {
        var folder = new DirectoryInfo(path);
        while (!folder.Exists && folder.Parent is { } parent)
            folder = parent;
        return folder.FullName;
    }
}
