using Agent.Adapters.Files;

namespace Agent.Engines.Logs;

/// <summary>
/// A log as one text: first its parts, then the present file of the run without
/// its freed head. Lines that are moved during the reading are read in their part.
/// </summary>
internal sealed class EngineLogText : Stream
{
    private readonly PlainFolder _folder;
    private readonly string _log;
    private readonly List<(FileStream File, long Begin, long Length)> _pieces = [];
    private long _position;
    private long _begin;

    private EngineLogText(PlainFolder folder, string log) => (_folder, _log) = (folder, log);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _pieces.Sum(p => p.Length);

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    /// <exception cref="IOException">It is no plain file.</exception>
    public static EngineLogText Open(PlainFolder folder, string log)
    {
        var text = new EngineLogText(folder, log);
        try
        {
            var parts = EngineLogPart.Of(log);
            foreach (var part in parts)
                text.Add(text.Open(part.Path), 0, part.Length);
            // Lines that are moved from now on are found when the file is read.
            text.AddLog(text.Open(log), parts);
            return text;
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    /// <summary>Goes to this place of the file of the run. If its text is gone, goes to the oldest text behind it that is left.</summary>
    public void SkipTo(long at) => _position = Math.Clamp(at - _begin, 0, Length);

    public override int Read(Span<byte> buffer)
    {
        var at = _position;
        for (var i = 0; i < _pieces.Count; at -= _pieces[i++].Length)
        {
            if (at >= _pieces[i].Length)
                continue;
            var (file, begin, length) = _pieces[i];
            var read = Read(file, begin + at, buffer[..(int)Math.Min(buffer.Length, length - at)], isLog: i == _pieces.Count - 1);
            _position += read;
            return read;
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => _position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        foreach (var (file, _, _) in _pieces)
            file.Dispose();
        base.Dispose(disposing);
    }

    private int Read(FileStream file, long at, Span<byte> buffer, bool isLog)
    {
        var read = RandomAccess.Read(file.SafeFileHandle, buffer, at);
        if (!isLog || read == 0 || buffer[0] != 0 || EngineLogPart.Of(_log).FirstOrDefault(p => p.Holds(at)) is not { } moved)
            return read;
        using var part = Open(moved.Path);
        return RandomAccess.Read(part.SafeFileHandle, buffer, at - moved.Begin);
    }

    private FileStream Open(string path) => _folder.Open(Path.GetFileName(path));

    private void Add(FileStream file, long begin, long length) => _pieces.Add((file, begin, length));

    private void AddLog(FileStream file, IReadOnlyList<EngineLogPart> parts)
    {
        var length = file.Length;
        // If a piece was moved between the two looks, its place reads as freed, and its part is found.
        var firstData = parts.Count > 0 ? 0 : FileHead.FirstData(file.SafeFileHandle, 0);
        var begin = EngineLogPart.BeginOf(parts, firstData, length);
        _begin = parts is [var oldest, ..] ? oldest.Begin : begin;
        Add(file, begin, length - begin);
    }
}
