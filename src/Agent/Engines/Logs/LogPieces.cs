using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Agent.Engines.Logs;

/// <summary>Moves bytes of a growing log into a file beside it.</summary>
internal static class LogPieces
{
    private const int BlockBytes = 1024 * 1024;
    private const UnixFileMode NotForPart = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public static SafeFileHandle Open(string log) =>
        File.OpenHandle(log, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>The mode of a part: users that may read the log may read it. Null: the default of the system.</summary>
    public static UnixFileMode? ModeOf(SafeFileHandle log) => OperatingSystem.IsWindows() ? null : File.GetUnixFileMode(log) & ~NotForPart;

    /// <summary>A part for writing.</summary>
    public static FileStream Create(string path, SafeFileHandle log)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 };
        if (ModeOf(log) is { } mode && !OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        return new FileStream(path, options);
    }

    /// <summary>The end of the last whole line in a range. If no line ends in it, the end of the range.</summary>
    public static long LineEnd(SafeFileHandle log, long begin, long end)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            for (var at = end; at > begin;)
            {
                var from = Math.Max(begin, at - BlockBytes);
                var read = RandomAccess.Read(log, buffer.AsSpan(0, (int)(at - from)), from);
                var last = buffer.AsSpan(0, read).LastIndexOf((byte)'\n');
                if (last >= 0)
                    return from + last + 1;
                at = from;
            }

            return end;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <returns>The place up to which it copied: somebody else may have emptied the file.</returns>
    public static long Copy(SafeFileHandle log, long begin, long end, Stream part)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            while (begin < end && RandomAccess.Read(log, buffer.AsSpan(0, (int)Math.Min(BlockBytes, end - begin)), begin) is > 0 and var read)
            {
                part.Write(buffer, 0, read);
                begin += read;
            }

            return begin;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <param name="log">The log.</param>
    /// <param name="mark">Bytes that are looked for.</param>
    /// <param name="from">The place to begin at. Afterwards, the place to go on from when more has come.</param>
    /// <returns>The place behind them. Null when they are not there.</returns>
    public static long? EndOf(SafeFileHandle log, byte[] mark, ref long from)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            while (RandomAccess.Read(log, buffer.AsSpan(0, BlockBytes), from) is var read && read >= mark.Length)
            {
                if (buffer.AsSpan(0, read).IndexOf(mark) is >= 0 and var at)
                    return from + at + mark.Length;
                // The bytes may lie across two blocks.
                from += read - mark.Length + 1;
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
