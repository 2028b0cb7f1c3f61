using System.Diagnostics;

namespace Agent.Tests;

/// <summary>
/// A file of a process that sleeps in the driver with its memory locked: whoever reads it hangs. A pipe that nobody writes to does the same to its reader.
/// </summary>
internal sealed class LockedFile : IDisposable
{
    private readonly string _path;

    private LockedFile(string path) => _path = path;

    public static LockedFile InPlaceOf(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has no pipes among files");
        File.Delete(path);
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        return new LockedFile(path);
    }

    /// <summary>
    /// Whoever waits at a pipe goes on once both of its ends were open: a descriptor for both waits for nobody. Whoever comes later finds no file.
    /// </summary>
    public void Dispose()
    {
        var aside = _path + ".was";
        if (!File.Exists(_path))
            return;
        File.Move(_path, aside);
        using var ends = new FileStream(aside, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }
}
