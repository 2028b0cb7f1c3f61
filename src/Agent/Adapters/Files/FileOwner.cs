using System.Runtime.InteropServices;

namespace Agent.Adapters.Files;

/// <summary>Whose a file is.</summary>
internal static unsafe partial class FileOwner
{
    private const int StatxSize = 256;
    private const int UserAt = 20;
    private const int NoFollow = 0x100;
    private const uint User = 0x8;

    /// <summary>The user that this process acts as.</summary>
    public static uint Self => EffectiveUser();

    /// <returns>The user's number; null when the file is gone or cannot be asked.</returns>
    public static uint? Of(string path)
    {
        // statx and not stat: its structure is the same on every processor.
        var stat = stackalloc byte[StatxSize];
        return Statx(0, path, NoFollow, User, stat) == 0 ? *(uint*)(stat + UserAt) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* result);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
