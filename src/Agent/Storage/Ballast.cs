namespace Agent.Storage;

/// <summary>
/// Room that is kept back for the day when the disk is full: a file beside the database, given up piece by piece, so that whoever
/// fills the disk does not get all of it at once. Made again when there is room for it and as much again.
/// </summary>
/// <param name="folder">The state folder.</param>
/// <param name="bytes">How much; 0: none.</param>
internal sealed class Ballast(string folder, long bytes)
{
    public const string Name = "ballast";

    private const int Pieces = 8;
    private const int Page = 4096;

    // On a small disk it is no more than this part of what is free.
    private const int LargestPart = 8;

    private readonly Lock _changing = new();
    private readonly string _path = Path.Combine(folder, Name);
    private long _whole;

    /// <summary>Some of it was given up, and the disk has no room to make it again.</summary>
    public bool IsSpent { get; private set; }

    public long LeftBytes => new FileInfo(_path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Gives up one piece.</summary>
    /// <returns>False: there is none left.</returns>
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

    /// <summary>Makes what is missing, where that leaves the disk as much again.</summary>
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
        // A disk that is full is a small one by its free room: what was there before is made whole again.
        if (IsSpent)
            wanted = Math.Max(wanted, _whole);
        if (left < wanted && free < (2 * wanted) - left)
            return;
        if (left < wanted)
            Fill(left, wanted);
        IsSpent = false;
    }

    // Not zeros: a file system that compresses would keep no room for them.
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
