using System.Buffers;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Agent.Adapters.Files;

/// <summary>
/// A file that somebody named. It is looked at before it is opened: a read of a pipe under this name would wait without end, and a device may do
/// something when it is opened.
/// </summary>
internal static class RegularFile
{
    private const int NotPermitted = 1;
    private const int NoSuchFile = 2;
    private const int NotAllowed = 13;
    private const int NoFolder = 20;
    private const string Other = "is no regular file but a pipe, a socket or a device";

    /// <exception cref="IOException">It is no regular file, or cannot be opened. The message is made to stand behind the path.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new IOException("is a folder");
        if (OperatingSystem.IsWindows())
            return File.OpenRead(path);
        using var place = Opened(Descriptor.Open(null, path, OpenFlags.PlaceBehindLinks));
        return Of(place, path);
    }

    /// <summary>Opens a file that is held as a place.</summary>
    /// <exception cref="IOException">As <see cref="Open"/>.</exception>
    public static FileStream Of(SafeFileHandle place, string path) =>
        FileLook.At(place) is { Kind: FileKind.Regular }
            ? new FileStream(Opened(Descriptor.OpenToRead(place, path)), FileAccess.Read)
            : throw new IOException(Other);

    /// <summary>
    /// The same for a file whose content is used in the name of somebody, such as a key. Root refuses the file if the owner of a folder on the way
    /// could lead root to a file that this owner may not read.
    /// </summary>
    /// <exception cref="IOException">As <see cref="Open"/>, or more than one user other than root can change the path.</exception>
    public static FileStream OpenOwned(string path)
    {
        if (OperatingSystem.IsWindows() || !FileOwner.IsRoot || Directory.Exists(path) || !Path.Exists(path))
            return Open(path);
        var (found, problem) = OwnedPath.Open(path, PathOwner.OneUser);
        using (found)
            return found?.OpenRead() ?? throw new IOException($"is not read by root: {problem}");
    }

    private static SafeFileHandle Opened(SafeFileHandle handle)
    {
        if (!handle.IsInvalid)
            return handle;
        var error = Marshal.GetLastPInvokeError();
        handle.Dispose();
        throw error switch
        {
            NoSuchFile or NoFolder => new FileNotFoundException("is not there"),
            NotAllowed or NotPermitted => new UnauthorizedAccessException("may not be read by the user that this runs as"),
            _ => new IOException($"cannot be opened: {new Win32Exception(error).Message}"),
        };
    }

    /// <exception cref="IOException">The file is longer.</exception>
    /// <exception cref="DecoderFallbackException">The content is no text.</exception>
    public static string Text(Stream file, int mostBytes)
    {
        var bytes = new byte[(file.CanSeek ? Math.Min(file.Length, mostBytes) : mostBytes) + 1];
        var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > mostBytes)
            throw new IOException($"is longer than the allowed {mostBytes} bytes");
        var text = bytes.AsSpan(0, length);
        for (var at = 0; at < length;)
        {
            if (Rune.DecodeFromUtf8(text[at..], out _, out var taken) != OperationStatus.Done)
                throw new DecoderFallbackException(Foreign(text, at));
            at += taken;
        }

        return Encoding.UTF8.GetString(text).TrimStart('\uFEFF');
    }

    /// <summary>The place at which the content stops being text, counted as an editor counts.</summary>
    private static string Foreign(ReadOnlySpan<byte> text, int at)
    {
        if (text is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..])
            return "it begins with the mark of UTF-16";
        var before = text[..at];
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return $"line {before.Count((byte)'\n') + 1}, column {column} holds the byte 0x{text[at]:X2}";
    }
}
