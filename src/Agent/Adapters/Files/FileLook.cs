using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

internal enum FileKind
{
    Regular,
    Folder,
    Link,

    Socket,

    /// <summary>A device or a pipe: opening it may already do something.</summary>
    Other,
}

/// <summary>The kind, the owner and the rights of a file. Not for Windows.</summary>
/// <param name="Owner">The number of the user that owns it.</param>
/// <param name="Group">The number of its group.</param>
/// <param name="Names">The number of its names (hard links).</param>
/// <param name="Identity">The identity of the file; it does not depend on the name.</param>
internal readonly unsafe partial record struct FileLook(FileKind Kind, uint Owner, uint Group, UnixFileMode Mode, uint Names, FileIdentity Identity)
{
    // statx and not stat: the structure of statx is the same on every processor.
    private const int StatxSize = 256;
    private const int NamesAt = 16;
    private const int OwnerAt = 20;
    private const int GroupAt = 24;
    private const int ModeAt = 28;
    private const int NumberAt = 32;
    private const int DeviceMajorAt = 136;
    private const int DeviceMinorAt = 140;
    private const int KindMask = 0xF000;
    private const int ModeMask = 0xFFF;
    private const uint KindModeNamesOwnerAndNumber = 0x11F;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;

    /// <summary>
    /// An access list shows in the mode as write for the group, no matter which users it names. So the owner's group counts as others, and so does
    /// the group root. A link has no mode of its own. The mode of a socket or a device says which users may talk to it.
    /// </summary>
    public bool OthersMayWrite => Kind is FileKind.Regular or FileKind.Folder
        && (Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None;

    /// <returns>Null when the system does not tell.</returns>
    public static FileLook? At(SafeFileHandle handle) => At((int)handle.DangerousGetHandle(), "", EmptyPath);

    /// <returns>For a link, the look at the link itself; null when there is no such file, or the system does not tell.</returns>
    public static FileLook? At(string path) => At(0, path, NoFollow);

    private static FileLook? At(int folder, string path, int flags)
    {
        var stat = stackalloc byte[StatxSize];
        if (Statx(folder, path, flags, KindModeNamesOwnerAndNumber, stat) != 0)
            return null;
        int mode = *(ushort*)(stat + ModeAt);
        var kind = (mode & KindMask) switch
        {
            0x8000 => FileKind.Regular,
            0x4000 => FileKind.Folder,
            0xA000 => FileKind.Link,
            0xC000 => FileKind.Socket,
            _ => FileKind.Other
        };
        var identity = new FileIdentity(*(uint*)(stat + DeviceMajorAt), *(uint*)(stat + DeviceMinorAt), *(ulong*)(stat + NumberAt));
        return new FileLook(kind, *(uint*)(stat + OwnerAt), *(uint*)(stat + GroupAt), (UnixFileMode)(mode & ModeMask), *(uint*)(stat + NamesAt), identity);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, byte* result);
}

/// <summary>The file system of a file, and the number of the file in it.</summary>
internal readonly record struct FileIdentity(uint DeviceMajor, uint DeviceMinor, ulong Number);
