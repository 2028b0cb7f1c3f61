using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>
/// Files by their descriptors. The file that was looked at is the file that is used, even if its name changes meanwhile. Not for Windows.
/// </summary>
internal static partial class Descriptor
{
    private const int WorkingFolder = -100;
    private const int LongestPath = 4096;

    /// <param name="folder">The folder in which a relative path begins; null: the working folder.</param>
    /// <param name="path">Path or name.</param>
    /// <param name="flags">A value of <see cref="OpenFlags"/>.</param>
    /// <returns>An invalid handle when the file cannot be opened; the last error says why.</returns>
    public static SafeFileHandle Open(SafeFileHandle? folder, string path, int flags) =>
        new(OpenAt(folder is null ? WorkingFolder : Number(folder), path, flags), ownsHandle: true);

    /// <summary>
    /// Opens a file that is held as a place, to read it. /proc may not be mounted while packages are installed. Then the file is opened by its name,
    /// and accepted only if it is the same file.
    /// </summary>
    /// <param name="place">The place of a regular file.</param>
    /// <param name="path">The path by which the file was found.</param>
    /// <returns>An invalid handle when reading is not allowed.</returns>
    public static SafeFileHandle OpenToRead(SafeFileHandle place, string path)
    {
        // This is asked before the file is opened: the look at a folder is a system call too, and would overwrite the last error.
        if (Directory.Exists("/proc/self"))
            return Open(null, PathOf(place), OpenFlags.Read);
        var file = Open(null, path, OpenFlags.Read);
        if (file.IsInvalid || FileLook.At(file) is { } opened && FileLook.At(place)?.Identity == opened.Identity)
            return file;
        file.Dispose();
        throw new IOException("was exchanged while it was opened");
    }

    /// <summary>A path that leads to the held file and to nothing else.</summary>
    public static string PathOf(SafeFileHandle handle) => $"/proc/self/fd/{Number(handle)}";

    /// <summary>The path at which the held file lies now.</summary>
    public static string RealPath(SafeFileHandle handle) => new FileInfo(PathOf(handle)).LinkTarget ?? throw new IOException("its place cannot be told");

    /// <returns>The target of a held link; null when it cannot be read.</returns>
    public static string? TargetOf(SafeFileHandle link)
    {
        var target = ArrayPool<byte>.Shared.Rent(LongestPath);
        try
        {
            var length = (int)ReadLinkAt(Number(link), "", target, LongestPath);
            return length is > 0 and < LongestPath ? Encoding.UTF8.GetString(target, 0, length) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(target);
        }
    }

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenAt(int folder, string path, int flags);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLinkAt(int folder, string path, byte[] target, nint size);
}
