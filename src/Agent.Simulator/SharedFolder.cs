using System.Runtime.InteropServices;

namespace Agent.Simulator;

/// <summary>
/// Simulated hardware that several users work with, as a driver's devices are: in a folder that passes its group on and lets it
/// write, what one user leaves is the group's to change.
/// </summary>
internal static partial class SharedFolder
{
    private const UnixFileMode ForTheGroup = UnixFileMode.SetGroup | UnixFileMode.GroupWrite;
    private const uint NothingOfOthers = 2;

    public static void Join(string folder)
    {
        if (!OperatingSystem.IsWindows() && Directory.Exists(folder) && (File.GetUnixFileMode(folder) & ForTheGroup) == ForTheGroup)
            _ = SetMask(NothingOfOthers);
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    private static partial uint SetMask(uint mask);
}
