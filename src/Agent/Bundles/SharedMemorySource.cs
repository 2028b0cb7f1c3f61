using System.Globalization;
using System.Text;
using Agent.Adapters.Files;
using Agent.Configuration.Declared;

namespace Agent.Bundles;

/// <summary>
/// The content of /dev/shm, through which vLLM's ranks talk. Segments that a killed engine left fill it, and the next start dies of SIGBUS. Only
/// names, sizes and times are taken: the contents are tensors and prompts.
/// </summary>
internal sealed class SharedMemorySource(string path = "/dev/shm") : IBundleSource
{
    public static readonly DeclaredSource Declared = new("shared-memory");

    private const int MaxEntries = 10_000;

    public string Name => Declared.Name;

    public bool IsSlow => false;

    public Loss LostBy => Loss.EngineStop;

    public Task CollectAsync(BundleFolder folder, CancellationToken cancellation)
    {
        if (PlainFolder.Find(path) is not { } found)
        {
            folder.Absent(path);
            return Task.CompletedTask;
        }

        var drive = new DriveInfo(path);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{path}: {drive.AvailableFreeSpace} of {drive.TotalSize} bytes free")
            .AppendLine("         bytes modified             mode       name");
        foreach (var file in found.Files().Take(MaxEntries).OrderByDescending(f => f.LastWriteTimeUtc))
        {
            // The file may have gone since it was listed.
            if (file.Exists)
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"{file.Length,14} {file.LastWriteTimeUtc:u} {Convert.ToString((int)file.UnixFileMode, 8),-10} {found.NameOf(file)}");
        }

        folder.Write("npu-agent/dev-shm.txt", text.ToString());
        return Task.CompletedTask;
    }
}
