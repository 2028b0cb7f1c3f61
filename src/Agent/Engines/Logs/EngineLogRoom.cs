using Agent.Adapters.Files;
using Agent.Configuration.Engines;
using Agent.Engines.Runs;

namespace Agent.Engines.Logs;

/// <summary>
/// The space for the logs of one engine on disk, all runs together: as much as is configured, and never more than half of the
/// disk's free space. The oldest piece is removed first. Lines that an open incident needs stay until the logs take twice as much.
/// </summary>
internal sealed class EngineLogRoom(EngineFolder folder, EngineLogSettings settings, EngineLogHold hold)
{
    /// <summary>The logs of at most this many runs stay, however short they are: a crash loop must not fill a folder.</summary>
    private const int Runs = 10;

    private const int WhileHeld = 2;

    private sealed record Piece(string Run, string Path, long Bytes, DateTimeOffset WrittenAt);

    /// <summary>The used space and the allowed space.</summary>
    public (long UsedBytes, long KeptBytes) Look()
    {
        var used = Pieces().Sum(p => p.Bytes);
        return (used, Kept(used, times: 1));
    }

    /// <summary>Bytes of an open incident that had to be removed.</summary>
    public long LostBytes => hold.LostBytes;

    public bool IsFloodTold => hold.IsFloodTold;

    public bool IsHeld(DateTimeOffset newest) => hold.Holds(newest);

    /// <param name="log">The log of the present run, which is never removed as a whole.</param>
    /// <param name="more">The number of bytes that are about to be written.</param>
    public void Make(string log, long more = 0)
    {
        var pieces = Pieces();
        var used = pieces.Sum(p => p.Bytes);
        var (kept, most) = (Kept(used, times: 1), Kept(used, WhileHeld));
        foreach (var piece in pieces.Where(p => p.Path != log))
        {
            var isHeld = hold.Holds(piece.WrittenAt);
            var tooMany = pieces.Where(p => string.CompareOrdinal(Path.GetFileName(p.Run), Path.GetFileName(piece.Run)) >= 0).DistinctBy(p => p.Run)
                .Count() > (isHeld ? WhileHeld * Runs : Runs);
            if (!tooMany && used + more <= (isHeld ? most : kept))
                continue;
            File.Delete(piece.Path);
            used -= piece.Bytes;
            if (isHeld)
                hold.Lost(piece.Bytes);
        }
    }

    /// <summary>All pieces, the oldest first.</summary>
    private List<Piece> Pieces() =>
    [
        .. from run in folder.LogFiles().Reverse()
           from piece in EngineLogPart.Of(run).Select(p => new Piece(run, p.Path, p.Length, p.WrittenAt)).Append(Whole(run))
           select piece,
    ];

    private static Piece Whole(string run)
    {
        var file = new FileInfo(run);
        return new Piece(run, run, file.Length - FreedBytes(run), new DateTimeOffset(file.LastWriteTimeUtc));
    }

    private static long FreedBytes(string run)
    {
        try
        {
            using var file = File.OpenHandle(run, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return FileHead.FirstData(file, 0);
        }
        catch (UnauthorizedAccessException)
        {
            // The piece belongs to another user, and nothing of it was freed.
            return 0;
        }
    }

    // The first start makes the folder of the logs.
    private long Kept(long used, int times) =>
        Math.Min(times * settings.KeptBytes, used + (new DriveInfo(Directory.Exists(folder.Logs) ? folder.Logs : folder.Path).AvailableFreeSpace / 2));
}
