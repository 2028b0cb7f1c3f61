using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Agent.Adapters.Files;

/// <summary>The owners of files.</summary>
internal static partial class FileOwner
{
    public const uint Root = 0;

    /// <summary>The user that this process acts as.</summary>
    public static uint Self => EffectiveUser();

    /// <summary>Whether this process may do everything now. A command may have become another user since it began.</summary>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "On Windows no process becomes another user.")]
    public static bool IsRoot => OperatingSystem.IsWindows() ? Environment.IsPrivilegedProcess : Self == Root;

    /// <returns>The number of the user; null when the file is gone or the system does not tell.</returns>
    public static uint? Of(string path) => FileLook.At(path)?.Owner;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
