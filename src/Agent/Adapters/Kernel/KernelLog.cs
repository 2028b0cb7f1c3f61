using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Agent.Adapters.Kernel;

/// <summary>One record of the kernel log.</summary>
/// <param name="Priority">0 emergency to 7 debug.</param>
internal sealed record KernelLine(int Priority, long Sequence, string Text);

/// <summary>
/// Follows /dev/kmsg from where it stands: its records carry a sequence number, so what was passed over is known to the line.
/// A call reads a bounded number of records and leaves the rest: a driver in distress writes thousands of lines a second, and
/// the agent must not drown in them.
/// </summary>
internal sealed partial class KernelLog : IDisposable
{
    // The kernel refuses to give a part of a record.
    private const int LargestRecord = 8192;
    private const int ReadOnlyNonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int SeekEnd = 2;
    private const int TryAgain = 11;
    private const int BrokenPipe = 32;

    private readonly byte[] _buffer = new byte[LargestRecord];
    private readonly int _descriptor;
    private string _rest = "";
    private long? _next;

    /// <exception cref="IOException">It cannot be opened; the message says why.</exception>
    public KernelLog(string path)
    {
        _descriptor = Open(path, ReadOnlyNonBlocking | CloseOnExec);
        if (_descriptor < 0)
            throw new IOException($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        _ = Seek(_descriptor, 0, SeekEnd);
    }

    /// <summary>Records that were never seen: overwritten by the kernel before they were read, or beyond the limit of a call.</summary>
    public long Skipped { get; private set; }

    /// <returns>New records, at most so many; what is beyond is passed over.</returns>
    public IReadOnlyList<KernelLine> ReadNew(int limit)
    {
        List<KernelLine> lines = [];
        while (lines.Count < limit)
        {
            var count = Read(_descriptor, _buffer, _buffer.Length);
            if (count < 0 && Marshal.GetLastPInvokeError() == BrokenPipe)
                continue;
            if (count < 0 && Marshal.GetLastPInvokeError() != TryAgain)
                throw new IOException($"the kernel log cannot be read: {Marshal.GetLastPInvokeErrorMessage()}");
            if (count <= 0)
                return lines;
            // The kernel gives whole records; what stands for its log may be cut anywhere.
            var records = (_rest + Encoding.UTF8.GetString(_buffer, 0, (int)count)).Split('\n');
            _rest = records[^1];
            foreach (var record in records[..^1])
                Take(record, lines);
        }

        _ = Seek(_descriptor, 0, SeekEnd);
        _rest = "";
        return lines;
    }

    public void Dispose() => _ = Close(_descriptor);

    // "6,339,5140900,-;text"; lines that begin with a blank are properties of the record above them.
    private void Take(string record, List<KernelLine> lines)
    {
        var text = record.IndexOf(';', StringComparison.Ordinal);
        var fields = text < 0 ? [] : record[..text].Split(',');
        if (fields.Length < 3
            || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var priority)
            || !long.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            return;
        if (_next is { } expected && sequence > expected)
            Skipped += sequence - expected;
        _next = sequence + 1;
        lines.Add(new KernelLine(priority & 7, sequence, record[(text + 1)..]));
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int descriptor, [Out] byte[] buffer, nint size);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
