using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>The properties of an open file that <see cref="PlainFolder"/> asks for, read from Windows.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsFiles
{
    public const int NotAllowed = 5;

    private const uint MayRead = 0x80000000;
    private const uint SharedWithAll = 0x1 | 0x2 | 0x4;
    private const uint Existing = 3;
    private const uint FoldersToo = 0x02000000;
    private const uint OnDisk = 1;
    private const uint Folder = 0x10;
    private const int LongestPath = 32768;

    /// <returns>An invalid handle when the file cannot be opened; the last error says why.</returns>
    public static SafeFileHandle Open(string path) => CreateFile(path, MayRead, SharedWithAll, null, Existing, FoldersToo, 0);

    public static string RealPath(SafeFileHandle handle)
    {
        var path = new char[LongestPath];
        fixed (char* into = path)
        {
            var length = FinalPath(handle, into, LongestPath, 0);
            return length is > 0 and < LongestPath ? new string(path, 0, length) : throw new IOException("its place cannot be told");
        }
    }

    public static (FileKind Kind, uint Names) Look(SafeFileHandle handle)
    {
        if (KindOf(handle) != OnDisk)
            return (FileKind.Other, 0);
        return Information(handle, out var file) ? ((file.Attributes & Folder) == 0 ? FileKind.Regular : FileKind.Folder, file.Names)
            : throw new IOException("its kind cannot be told");
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial SafeFileHandle CreateFile(string path, uint rights, uint shared, void* security, uint disposition, uint flags, nint template);

    [LibraryImport("kernel32", EntryPoint = "GetFinalPathNameByHandleW")]
    private static partial int FinalPath(SafeFileHandle handle, char* path, int length, uint flags);

    [LibraryImport("kernel32", EntryPoint = "GetFileType")]
    private static partial uint KindOf(SafeFileHandle handle);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Information(SafeFileHandle handle, out FileInformation file);

    /// <summary>BY_HANDLE_FILE_INFORMATION.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct FileInformation
    {
        public uint Attributes;
        public ulong Created;
        public ulong Read;
        public ulong Written;
        public uint Volume;
        public uint SizeHigh;
        public uint SizeLow;
        public uint Names;
        public uint NumberHigh;
        public uint NumberLow;
    }
}
