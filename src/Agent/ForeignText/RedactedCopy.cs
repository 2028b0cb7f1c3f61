using System.Buffers;
using System.Text;

namespace Agent.ForeignText;

/// <summary>
/// One text on its way through redaction, in blocks. Nearly all lines of a log hold nothing that looks like a secret. They are passed on in whole
/// stretches, as unchanged bytes. Only the other lines are turned into text to work on.
/// </summary>
internal sealed class RedactedCopy(Redaction redaction, Stream target, long limit, long skip, CancellationToken cancellation)
{
    private const int BlockBytes = 2 * Redaction.LineChars;

    private long _begun;
    private long _written;
    private OpenSecret _open;

    /// <returns>False when the text was cut at the limit.</returns>
    public bool Run(Stream source)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(BlockBytes);
        var chars = ArrayPool<char>.Shared.Rent(BlockBytes);
        try
        {
            for (var held = 0; ;)
            {
                cancellation.ThrowIfCancellationRequested();
                var read = source.Read(bytes, held, BlockBytes - held);
                Encoding.Latin1.GetChars(bytes.AsSpan(held, read), chars.AsSpan(held));
                held += read;
                if (!Take(bytes.AsSpan(0, held), chars.AsSpan(0, held), ended: read == 0, out var taken))
                    return false;
                if (read == 0)
                    return true;
                // This is the beginning of a line that ends in the next block. It is always shorter than a line.
                bytes.AsSpan(taken, held - taken).CopyTo(bytes);
                chars.AsSpan(taken, held - taken).CopyTo(chars);
                held -= taken;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    private bool Take(ReadOnlySpan<byte> bytes, ReadOnlySpan<char> chars, bool ended, out int taken)
    {
        for (taken = 0; taken < chars.Length;)
        {
            var clean = !_open.IsOpen && _begun >= skip ? redaction.CleanLines(chars[taken..]) : 0;
            if (clean > 0)
            {
                if (!Write(bytes.Slice(taken, clean)))
                    return false;
                _begun += clean;
                taken += clean;
            }

            var length = NextLine(chars[taken..], ended);
            if (length == 0)
                return true;
            if (!TakeLine(chars.Slice(taken, length).ToString()))
                return false;
            taken += length;
        }

        return true;
    }

    /// <returns>Length of the line with its end, or of the part of a long line that is safe to look at alone; 0 when more has to be read.</returns>
    private int NextLine(ReadOnlySpan<char> chars, bool ended)
    {
        var end = chars.IndexOf('\n') + 1;
        if (end is > 0 and <= Redaction.LineChars)
            return end;
        if (chars.Length >= Redaction.LineChars)
            return redaction.SafeCut(chars[..Redaction.LineChars].ToString());
        return ended ? chars.Length : 0;
    }

    private bool TakeLine(string line)
    {
        cancellation.ThrowIfCancellationRequested();
        var clean = redaction.CleanLine(line, ref _open);
        var counts = _begun >= skip;
        _begun += line.Length;
        if (!counts)
            return true;
        _written += clean.Length;
        if (_written > limit)
            return false;
        target.Write(Encoding.Latin1.GetBytes(clean));
        return true;
    }

    private bool Write(ReadOnlySpan<byte> lines)
    {
        var whole = _written + lines.Length <= limit;
        if (!whole)
            lines = lines[..(lines[..(int)Math.Max(0, limit - _written)].LastIndexOf((byte)'\n') + 1)];
        target.Write(lines);
        _written += lines.Length;
        return whole;
    }
}
