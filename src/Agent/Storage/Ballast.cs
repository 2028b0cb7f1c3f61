namespace Agent.Storage;

/// <summary>
/// Room that is kept back for the day when the disk is full: a file beside the database. It is given up piece by piece, so that the program that
/// fills the disk does not get all of it at once. It is made again when the disk has twice the room for it.
/// </summary>
/// <param name="folder">The state folder.</param>
/// <param name="bytes">The size; 0: none.</param>
internal sealed class Ballast(string folder, long bytes)
{
    public const string Name = "ballast";

    private const int Pieces = 8;
    private const int Page = 4096;

    // On a small disk the ballast takes at most the free room divided by this number.
    private const int LargestPart = 8;

    private readonly Lock _changing = new();
    private readonly string _path = Path.Combine(folder, Name);
    private long _whole;

    /// <summary>A part of it was given up, and the disk has no room to make it again.</summary>
    public bool IsSpent { get; private set; }

    public long LeftBytes => new FileInfo(_path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Gives up one piece.</summary>
    /// <returns>False when nothing is left.</returns>
    public bool Release()
    {
        lock (_changing)
        {
            var left = LeftBytes;
            if (left == 0)
                return false;
            if (!IsSpent)
                (IsSpent, _whole) = (true, left);
            return TryChange(() =>
            {
                using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.Write);
                RandomAccess.SetLength(file, Math.Max(0, left - Math.Max(bytes / Pieces, Page)));
            });
        }
    }

    /// <summary>Makes the missing part, if that leaves as much free room on the disk again.</summary>
    public void Make()
    {
        lock (_changing)
            TryChange(MakeWhole);
    }

    private void MakeWhole()
    {
        if (bytes == 0)
        {
            File.Delete(_path);
            return;
        }

        var (left, free) = (LeftBytes, new DriveInfo(folder).AvailableFreeSpace);
        var wanted = Math.Min(bytes, (left + free) / LargestPart / Page * Page);
        // By its free room, a full disk looks like a small one. So the ballast gets back the size that it had before.
        if (IsSpent)
            wanted = Math.Max(wanted, _whole);
        if (left < wanted && free < (2 * wanted) - left)
            return;
        if (left < wanted)
            Fill(left, wanted);
        IsSpent = false;
    }

    // The content is not zeros, because a compressing file system would keep no room for zeros.
    private void Fill(long from, long to)
    {
        var chunk = new byte[64 * 1024];
        new Random(1).NextBytes(chunk);
        using var file = new FileStream(_path, FileMode.Append, FileAccess.Write);
        for (var at = from; at < to; at += chunk.Length)
            file.Write(chunk.AsSpan(0, (int)Math.Min(chunk.Length, to - at)));
        file.Flush(flushToDisk: true);
    }

    private static bool TryChange(Action change)
    {
        try
        {
            change();
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
