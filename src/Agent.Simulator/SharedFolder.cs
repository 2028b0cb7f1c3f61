using System.Runtime.InteropServices;

namespace Agent.Simulator;

/// <summary>
/// Simulated hardware for several users, like the devices of a driver. The folder passes its group on and lets the group write. So the whole group
/// may change a file that one user leaves.
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
