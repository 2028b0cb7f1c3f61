using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>
/// A folder whose files may go into evidence. Users other than root can often write to log folders, and the agent may be root. A link planted there
/// would carry any file of the host away. Opening a planted device or FIFO does something, or waits for ever. So a file is held as a place and looked
/// at before it is opened. It must be a regular file, lie where its name says (a folder on the way may have become a link since it was listed) and
/// have no second name. The folder itself may be a link: an operator or the vendor names it, and both use links.
/// </summary>
internal sealed class PlainFolder
{
    private const int NotAllowed = 13;

    // The walk has a limit, because a run-away process may have filled the folder.
    private const int MaxFiles = 50_000;

    private const int MostDepth = 16;

    private readonly string _real;

    private PlainFolder(string path, string real) => (Path, _real) = (path, real);

    public string Path { get; }

    /// <returns>Null when there is no such folder.</returns>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static PlainFolder? Find(string path)
    {
        if (!Directory.Exists(path))
            return null;
        using var handle = Hold(path);
        return new PlainFolder(path, RealPath(handle));
    }

    /// <summary>The files of the folder by their names below it; files behind a link are left out.</summary>
    /// <param name="pattern">A pattern such as <c>*.log</c>.</param>
    /// <param name="below">Whether files of inner folders count.</param>
    public IEnumerable<FileInfo> Files(string pattern = "*", bool below = true)
    {
        if (OperatingSystem.IsWindows())
            return new DirectoryInfo(Path).EnumerateFiles(pattern, new EnumerationOptions
            {
                RecurseSubdirectories = below,
                MaxRecursionDepth = MostDepth,
                AttributesToSkip = FileAttributes.ReparsePoint
            }).Take(MaxFiles);
        using var handle = Hold(Path);
        // Another folder may have taken its place since it was found.
        return RealPath(handle) == _real
            ? [.. FolderWalk.Files(handle, pattern, below ? MostDepth : 0).Take(MaxFiles).Select(n => new FileInfo(System.IO.Path.Combine(Path, n)))] : [];
    }

    public string NameOf(FileInfo file) => System.IO.Path.GetRelativePath(Path, file.FullName);

    /// <exception cref="IOException">It is no plain file.</exception>
    public FileStream Open(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        var place = Checked(path, OperatingSystem.IsWindows() ? WindowsFiles.Open(path) : Descriptor.Open(null, path, OpenFlags.Place));
        try
        {
            var (kind, names) = Look(place);
            if (kind == FileKind.Link || RealPath(place) != System.IO.Path.Combine(_real, name))
                throw new IOException("is a link or behind one, left out");
            if (kind != FileKind.Regular)
                throw new IOException("is no regular file, left out");
            if (names > 1)
                throw new IOException("has a second name (hard link), left out");
            if (OperatingSystem.IsWindows())
                return new FileStream(place, FileAccess.Read);
            using (place)
                return new FileStream(Checked(path, Descriptor.OpenToRead(place, path)), FileAccess.Read);
        }
        catch
        {
            place.Dispose();
            throw;
        }
    }

    private static SafeFileHandle Hold(string folder) =>
        Checked(folder, OperatingSystem.IsWindows() ? WindowsFiles.Open(folder) : Descriptor.Open(null, folder, OpenFlags.Read | OpenFlags.Folder));

    private static SafeFileHandle Checked(string path, SafeFileHandle handle)
    {
        if (!handle.IsInvalid)
            return handle;
        var error = new Win32Exception(Marshal.GetLastPInvokeError());
        var notAllowed = OperatingSystem.IsWindows() ? WindowsFiles.NotAllowed : NotAllowed;
        throw error.NativeErrorCode == notAllowed ? new UnauthorizedAccessException($"{path}: {error.Message}") : new IOException($"{path}: {error.Message}");
    }

    private static string RealPath(SafeFileHandle handle) => OperatingSystem.IsWindows() ? WindowsFiles.RealPath(handle) : Descriptor.RealPath(handle);

    private static (FileKind Kind, uint Names) Look(SafeFileHandle handle)
    {
        if (OperatingSystem.IsWindows())
            return WindowsFiles.Look(handle);
        return FileLook.At(handle) is { } look ? (look.Kind, look.Names) : throw new IOException("its kind cannot be told");
    }
}
