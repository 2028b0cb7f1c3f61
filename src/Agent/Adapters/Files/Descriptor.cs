using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>Files by their descriptors: what was looked at is what is used, whatever becomes of its name meanwhile. Not for Windows.</summary>
internal static partial class Descriptor
{
    private const int WorkingFolder = -100;
    private const int LongestPath = 4096;

    /// <param name="folder">Where a relative path begins; null: the working folder.</param>
    /// <param name="path">Path or name.</param>
    /// <param name="flags">Of <see cref="OpenFlags"/>.</param>
    /// <returns>Invalid when it cannot be opened; the last error says why.</returns>
    public static SafeFileHandle Open(SafeFileHandle? folder, string path, int flags) =>
        new(OpenAt(folder is null ? WorkingFolder : Number(folder), path, flags), ownsHandle: true);

    /// <summary>
    /// The file that is held as a place, to read. Where packages are installed /proc may not be mounted: then it is opened by
    /// its name, and is only it when it is the same file.
    /// </summary>
    /// <param name="place">Of a regular file.</param>
    /// <param name="path">By which it was found.</param>
    /// <returns>Invalid when that is not allowed.</returns>
    public static SafeFileHandle OpenToRead(SafeFileHandle place, string path)
    {
        // Asked before: a look at a folder is the newest call of the system, and its error the last one.
        if (Directory.Exists("/proc/self"))
            return Open(null, PathOf(place), OpenFlags.Read);
        var file = Open(null, path, OpenFlags.Read);
        if (file.IsInvalid || FileLook.At(file) is { } opened && FileLook.At(place)?.Identity == opened.Identity)
            return file;
        file.Dispose();
        throw new IOException("was exchanged while it was opened");
    }

    /// <summary>A path that leads to what is held and to nothing else.</summary>
    public static string PathOf(SafeFileHandle handle) => $"/proc/self/fd/{Number(handle)}";

    /// <summary>Where it lies now.</summary>
    public static string RealPath(SafeFileHandle handle) => new FileInfo(PathOf(handle)).LinkTarget ?? throw new IOException("its place cannot be told");

    /// <returns>Where a link that is held leads to; null when it cannot be read.</returns>
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
