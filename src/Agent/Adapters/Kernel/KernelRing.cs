using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Adapters.Kernel;

/// <summary>/dev/kmsg. Its records carry a sequence number, so the number of records passed over is known exactly.</summary>
internal sealed partial class KernelRing(string path) : IKernelLog
{
    // The kernel never gives a part of a record.
    private const int LargestRecord = 8192;
    private const int MostAtOpening = 200_000;
    private const int ReadOnlyNonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SeekEnd = 2;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;

    private readonly byte[] _buffer = new byte[LargestRecord];
    private int _descriptor = -1;
    private int _rest;
    private long? _next;
    private long _skipped;

    public Task<KernelLines> ReadNewAsync(int limit, CancellationToken cancellation) => Task.FromResult(new KernelLines(ReadNew(limit), _skipped));

    public void Dispose()
    {
        if (_descriptor >= 0)
            _ = Close(_descriptor);
        (_descriptor, _rest, _next) = (-1, 0, null);
    }

    private List<KernelLine> ReadNew(int limit)
    {
        OpenAtItsEnd();
        List<KernelLine> lines = [];
        while (lines.Count < limit)
        {
            var count = Read(_descriptor, ref _buffer[_rest], _buffer.Length - _rest);
            // The record was overwritten meanwhile. The next read gives the oldest record that is left, and its number tells how many are lost.
            if (count < 0 && Marshal.GetLastPInvokeError() == BrokenPipe)
                continue;
            if (count < 0 && Marshal.GetLastPInvokeError() != TryAgain)
            {
                var cause = Marshal.GetLastPInvokeErrorMessage();
                Dispose();
                throw new IOException($"the kernel log {path} cannot be read: {cause}");
            }

            if (count <= 0)
                return lines;
            TakeAll(_rest + (int)count, lines);
        }

        _ = Seek(_descriptor, 0, SeekEnd);
        _rest = 0;
        return lines;
    }

    private void OpenAtItsEnd()
    {
        if (_descriptor >= 0)
            return;
        _descriptor = Open(path, ReadOnlyNonBlocking | CloseOnExec);
        if (_descriptor < 0)
            throw new IOException($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        // The present content is read and dropped, not skipped by a seek: the number of its last record tells later how many records were lost. This
        // read is bounded: a file that stands in for the log may be of any size.
        for (var records = 0; records < MostAtOpening && Read(_descriptor, ref _buffer[_rest], _buffer.Length - _rest) is > 0 and var count; records++)
            TakeAll(_rest + (int)count, []);
        _ = Seek(_descriptor, 0, SeekEnd);
        _rest = 0;
        _skipped = 0;
    }

    /// <summary>The kernel gives whole records. A file that stands in for its log may be cut anywhere; the rest then waits in the buffer.</summary>
    private void TakeAll(int filled, List<KernelLine> lines)
    {
        var unread = _buffer.AsSpan(0, filled);
        for (int end; (end = unread.IndexOf((byte)'\n')) >= 0; unread = unread[(end + 1)..])
            Take(unread[..end], lines);
        // A line that is longer than any record is no record.
        _rest = unread.Length < _buffer.Length ? unread.Length : 0;
        unread[.._rest].CopyTo(_buffer);
    }

    // "6,339,5140900,-;text"; lines that begin with a blank are properties of the record above them.
    private void Take(ReadOnlySpan<byte> record, List<KernelLine> lines)
    {
        if (!Utf8Parser.TryParse(record, out int priority, out var digits) || digits >= record.Length || record[digits] != ','
            || !Utf8Parser.TryParse(record[(digits + 1)..], out long sequence, out _)
            || record.IndexOf((byte)';') is not (> 0 and var text))
            return;
        if (_next is { } expected && sequence > expected)
            _skipped += sequence - expected;
        _next = sequence + 1;
        lines.Add(new KernelLine(priority & 7, Encoding.UTF8.GetString(record[(text + 1)..])));
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, ref byte buffer, nint size);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
