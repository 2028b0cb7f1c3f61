using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>
/// A folder whose files may go into evidence. Log folders are often writable for others than root, and the agent may be root:
/// a link planted there would carry any file of the host away, and opening a planted FIFO would wait for ever. So a file is
/// opened without waiting and then looked at: it must be a regular file, lie where its name says (a folder on the way may
/// have become a link since it was listed) and have no second name. The folder itself is named by an operator or by the
/// vendor, who do use links.
/// </summary>
internal sealed unsafe partial class PlainFolder
{
    // The same numbers on x86-64 and arm64, unlike O_NOFOLLOW.
    private const int ReadOnlyNoWaitCloseOnExec = 0x800 | 0x80000;
    private const int EmptyPath = 0x1000;
    private const uint TypeAndLinks = 0x1 | 0x4;
    private const int StatxSize = 256;
    private const int LinksAt = 16;
    private const int ModeAt = 28;
    private const int TypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int NotAllowed = 13;

    // A folder that a run-away process filled is not walked to its end.
    private const int MaxFiles = 50_000;

    private static readonly EnumerationOptions Walk = new() { RecurseSubdirectories = true, MaxRecursionDepth = 16, AttributesToSkip = FileAttributes.ReparsePoint };

    private readonly string _real;

    private PlainFolder(string path, string real) => (Path, _real) = (path, real);

    public string Path { get; }

    /// <returns>Null when there is no such folder.</returns>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static PlainFolder? Find(string path)
    {
        if (!Directory.Exists(path))
            return null;
        using var handle = OpenHandle(path);
        return new PlainFolder(path, RealPath(handle));
    }

    /// <summary>Its files by their names below it; what is behind a link is left out.</summary>
    /// <param name="pattern">As in <c>*.log</c>.</param>
    /// <param name="below">Whether files of inner folders count.</param>
    public IEnumerable<FileInfo> Files(string pattern = "*", bool below = true) =>
        new DirectoryInfo(Path).EnumerateFiles(pattern, below ? Walk : new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint }).Take(MaxFiles);

    public string NameOf(FileInfo file) => System.IO.Path.GetRelativePath(Path, file.FullName);

    /// <exception cref="IOException">It is no plain file.</exception>
    public FileStream Open(string name)
    {
        var handle = OpenHandle(System.IO.Path.Combine(Path, name));
        try
        {
            var (isRegular, names) = Look(handle);
            if (!isRegular)
                throw new IOException("is no regular file, left out");
            if (names > 1)
                throw new IOException("has a second name (hard link), left out");
            if (RealPath(handle) != System.IO.Path.Combine(_real, name))
                throw new IOException("is a link or behind one, left out");
            return new FileStream(handle, FileAccess.Read);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static SafeFileHandle OpenHandle(string path)
    {
        var handle = OperatingSystem.IsWindows() ? WindowsFiles.Open(path) : new SafeFileHandle(OpenFile(path, ReadOnlyNoWaitCloseOnExec), ownsHandle: true);
        if (!handle.IsInvalid)
            return handle;
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        var notAllowed = OperatingSystem.IsWindows() ? WindowsFiles.NotAllowed : NotAllowed;
        throw error.NativeErrorCode == notAllowed ? new UnauthorizedAccessException($"{path}: {error.Message}") : new IOException($"{path}: {error.Message}");
    }

    private static string RealPath(SafeFileHandle handle) => OperatingSystem.IsWindows()
        ? WindowsFiles.RealPath(handle)
        : new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget ?? throw new IOException("its place cannot be told");

    // statx and not stat: its structure is the same on every processor.
    private static (bool IsRegular, uint Names) Look(SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
            return WindowsFiles.Look(handle);
        var stat = stackalloc byte[StatxSize];
        if (Statx((int)handle.DangerousGetHandle(), "", EmptyPath, TypeAndLinks, stat) != 0)
            throw new IOException("its kind cannot be told");
        return ((*(ushort*)(stat + ModeAt) & TypeMask) == RegularFile, *(uint*)(stat + LinksAt));
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* result);
}
