using System.Globalization;
using System.Text;

namespace Agent.Bundles;

/// <summary>
/// What lies in /dev/shm, which vLLM's ranks talk through: segments that a killed engine left fill it, and the next start dies
/// of SIGBUS. Names, sizes and times only; the contents are tensors and prompts.
/// </summary>
internal sealed class SharedMemorySource(string path = "/dev/shm") : IBundleSource
{
    private const int MaxEntries = 10_000;

    public string Name => "shared-memory";

    public bool IsSlow => false;

    public Loss LostBy => Loss.EngineStop;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(path))
        {
            folder.Absent(path);
            return Task.CompletedTask;
        }

        var drive = new DriveInfo(path);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{path}: {drive.AvailableFreeSpace} of {drive.TotalSize} bytes free").AppendLine("         bytes modified             mode       name");
        var walk = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, AttributesToSkip = FileAttributes.None };
        foreach (var file in new DirectoryInfo(path).EnumerateFiles("*", walk).Take(MaxEntries).OrderByDescending(f => f.LastWriteTimeUtc))
        {
            // It may have gone since it was listed.
            if (file.Exists)
                text.AppendLine(CultureInfo.InvariantCulture, $"{file.Length,14} {file.LastWriteTimeUtc:u} {Convert.ToString((int)file.UnixFileMode, 8),-10} {Path.GetRelativePath(path, file.FullName)}");
        }

        folder.Write("npu-agent/dev-shm.txt", text.ToString());
        return Task.CompletedTask;
    }
}
