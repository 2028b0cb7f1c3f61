using System.Buffers;
using System.Text;
using Agent.Adapters.Files;

namespace Agent.Adapters.Logs;

/// <summary>
/// Reads the new part of a growing file with bounded memory. Lines beyond a limit are cut, only the newest part of a long backlog is read, and broken
/// UTF-8 is replaced. A truncated or replaced file is read from its start. A file with a freed head (<see cref="FileHead"/>) is read from the place
/// where its content goes on.
/// </summary>
internal sealed class LogFollower(string path, int lineBytes = 16 * 1024, int backlogBytes = 4 * 1024 * 1024)
{
    private const int BlockBytes = 64 * 1024;

    private readonly MemoryStream _line = new();
    private long _position;
    private long _begin;
    private bool _overlong;
    private bool _afterGap = true;

    /// <summary>The place at which reading begins. The bytes before it belong to an earlier run, and are not read.</summary>
    public long Begin
    {
        get => _begin;
        init => _position = _begin = value;
    }

    /// <summary>How far the file was read.</summary>
    public long Position => _position;

    /// <summary>Bytes that were passed over: backlog beyond the limit and the tails of overlong lines.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>The text behind the last end of a line. There the newest state of a progress bar waits for the next one.</summary>
    public string Unfinished => Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length);

    /// <summary>Reads the bytes behind that place, and not those before it.</summary>
    public void BeginAt(long begin)
    {
        _begin = begin;
        Restart();
    }

    /// <summary>The file was emptied after all of it was read. A line that is not whole yet goes on at the start of the file.</summary>
    public void GoOnAtStart() => _position = _begin = 0;

    /// <summary>The file holds other lines from its start.</summary>
    public void Restart()
    {
        _position = _begin;
        _line.SetLength(0);
        (_overlong, _afterGap) = (false, true);
    }

    /// <summary>
    /// Complete lines since the last call. A carriage return ends a line too: progress bars are written that way, and their last state is useful
    /// before the newline comes.
    /// </summary>
    public IReadOnlyList<string> ReadNew()
    {
        List<string> lines = [];
        ReadNew(lines.Add);
        return lines;
    }

    /// <summary>The same, but each line is handed over as soon as it is found: a long backlog is never in memory as a whole.</summary>
    public void ReadNew(Action<string> take)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0,
                FileOptions.SequentialScan);
            if (file.Length < _position)
                Restart();
            // Only bytes that were read are freed. So a gap is possible only at the place where reading begins.
            if (_afterGap)
                _position = FileHead.FirstData(file.SafeFileHandle, _position);
            if (file.Length - _position > backlogBytes)
                Skip(file.Length - backlogBytes - _position);
            if (file.Length == _position)
                return;
            file.Position = _position;
            Take(file, file.Length - _position, take);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            // The file is not written yet, or was rotated away a moment ago.
            Restart();
        }
    }

    private void Take(FileStream file, long count, Action<string> take)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            while (count > 0 && file.Read(buffer, 0, (int)Math.Min(BlockBytes, count)) is > 0 and var read)
            {
                count -= read;
                _position += read;
                var bytes = buffer.AsSpan(0, read);
                if (_afterGap)
                {
                    // Heads are freed in blocks. If a line crosses the end of the freed block, its first bytes read as NUL.
                    bytes = bytes.TrimStart((byte)0);
                    _afterGap = bytes.IsEmpty;
                }

                Split(bytes, take);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Split(ReadOnlySpan<byte> bytes, Action<string> take)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                Append(bytes);
                return;
            }

            if (_line.Length == 0 && end <= lineBytes)
            {
                // Nearly every line lies whole in one block.
                if (end > 0)
                    take(Encoding.UTF8.GetString(bytes[..end]));
            }
            else
            {
                Append(bytes[..end]);
                EndLine(take);
            }

            bytes = bytes[(end + 1)..];
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        var room = Math.Min(bytes.Length, lineBytes - (int)_line.Length);
        if (room > 0)
            _line.Write(bytes[..room]);
        if (room < bytes.Length)
        {
            _overlong = true;
            SkippedBytes += bytes.Length - Math.Max(0, room);
        }
    }

    private void EndLine(Action<string> take)
    {
        if (_line.Length > 0)
            take(Encoding.UTF8.GetString(_line.GetBuffer(), 0, (int)_line.Length) + (_overlong ? " [cut]" : ""));
        _line.SetLength(0);
        _overlong = false;
    }

    private void Skip(long bytes)
    {
        _position += bytes;
        SkippedBytes += bytes;
        _afterGap = true;
        // The first line after a gap is a fragment; marking it as such keeps it from being taken for a whole one.
        _line.SetLength(0);
        _line.Write("[skipped] "u8);
    }
}
