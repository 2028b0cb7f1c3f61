using System.Runtime.InteropServices;

namespace Agent.Tests;

/// <summary>A real file system of a few MB that goes with the test. Needs root; without it the test is skipped, visibly.</summary>
internal sealed partial class SmallDisk : IDisposable
{
    private const int Detach = 2;

    private readonly TemporaryFolder _folder = new();

    public SmallDisk(int megabytes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "needs root, who mounts file systems");
        Assert.SkipUnless(Mount("tmpfs", _folder.Path, "tmpfs", 0, $"size={megabytes}m") == 0, "this machine mounts no file system");
    }

    public string Path => _folder.Path;

    private string Filler => _folder.File("filler");

    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Leaves nothing.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
                file.Write(page);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Relieve() => File.Delete(Filler);

    public void Dispose()
    {
        _ = Unmount(Path, Detach);
        _folder.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "mount", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string kind, ulong flags, string options);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);
}
