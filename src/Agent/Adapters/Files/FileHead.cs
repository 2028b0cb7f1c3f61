using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>Gives the first bytes of an open file back to the file system; false when the file system cannot do that.</summary>
internal delegate bool FreeHead(SafeFileHandle file, long bytes);

/// <summary>
/// Frees the head of a file in place while another program appends to the file. The head then reads as NUL bytes and takes no disk. Every offset
/// stays the same, so neither the writer nor a reader at the end notices. ext4, xfs, btrfs and tmpfs can do it.
/// </summary>
internal static partial class FileHead
{
    private const int KeepSizePunchHole = 0x1 | 0x2;
    private const int SeekData = 3;
    private const int Interrupted = 4;
    private const int NoSuchPlace = 6;

    // A file system without this call (EOPNOTSUPP, ENOSYS, EINVAL), and a file that an operator made append-only (EPERM).
    private static readonly int[] CannotFree = [95, 38, 22, 1];

    /// <exception cref="IOException">The file system can do it, and the call failed.</exception>
    public static bool TryFree(SafeFileHandle file, long bytes)
    {
        if (OperatingSystem.IsWindows())
            return false;
        while (Allocate(file, KeepSizePunchHole, 0, bytes) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (Array.IndexOf(CannotFree, error) >= 0)
                return false;
            if (error != Interrupted)
                throw new IOException($"the head of a log could not be freed: {new Win32Exception(error).Message}");
        }

        return true;
    }

    /// <summary>
    /// The offset of the first byte at or behind <paramref name="from"/> that takes disk. A freed head of any size is passed over at once.
    /// </summary>
    public static long FirstData(SafeFileHandle file, long from)
    {
        if (OperatingSystem.IsWindows())
            return from;
        var found = Seek(file, from, SeekData);
        if (found >= 0)
            return found;
        return Marshal.GetLastPInvokeError() == NoSuchPlace ? Math.Max(from, RandomAccess.GetLength(file)) : from;
    }

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle file, int mode, long from, long bytes);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(SafeFileHandle file, long offset, int whence);
}
