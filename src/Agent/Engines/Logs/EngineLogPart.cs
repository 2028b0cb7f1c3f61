using System.Globalization;

namespace Agent.Engines.Logs;

/// <summary>A piece of a log that was moved out of the file of its run: whole lines in a plain file beside it.</summary>
/// <param name="Place">Its name is its place in that file. So a piece that is moved twice after a crash is there only once.</param>
/// <param name="WrittenAt">The time when it was moved. No line in it is newer.</param>
internal sealed record EngineLogPart(string Path, long Place, long Length, DateTimeOffset WrittenAt)
{
    // A file that was emptied begins at 0 again, and its parts still have to follow the earlier ones.
    private const long Round = 100_000_000_000_000;
    private const long LastOfRound = Round - 1_000_000_000_000;
    private const string Digits = "D17";

    /// <summary>Whether the file of the run begins at 0 again after this part.</summary>
    private bool EndsRound => Begin >= LastOfRound;

    private long RoundBegin => Place - Begin;

    /// <summary>The place in the file of the run where it began.</summary>
    public long Begin => Place % Round;

    /// <summary>The place in the file of the run that follows the end of this part.</summary>
    public long End => EndsRound ? 0 : Begin + Length;

    public bool Holds(long at) => at >= Begin && at < End;

    public static string PathOf(string log, long place) => $"{log}.{place.ToString(Digits, CultureInfo.InvariantCulture)}";

    /// <summary>The parts of one log, the oldest first.</summary>
    public static IReadOnlyList<EngineLogPart> Of(string log)
    {
        var folder = new DirectoryInfo(System.IO.Path.GetDirectoryName(log)!);
        if (!folder.Exists)
            return [];
        var begin = System.IO.Path.GetFileName(log) + ".";
        return
        [
            .. from file in folder.EnumerateFiles(begin + "*")
               where file.Name.StartsWith(begin, StringComparison.Ordinal)
               let place = long.TryParse(file.Name.AsSpan(begin.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1
               where place >= 0
               orderby place
               select new EngineLogPart(file.FullName, place, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)),
        ];
    }

    /// <summary>The name of the part that begins at this place in the file of the run.</summary>
    public static long PlaceOf(IReadOnlyList<EngineLogPart> parts, long begin) => parts switch
    {
        [] => begin,
        [.., { EndsRound: true } newest] => newest.RoundBegin + Round + begin,
        // Somebody emptied the file.
        [.., var newest] when begin < newest.End => newest.RoundBegin + Round + begin,
        [.., var newest] => newest.RoundBegin + begin,
    };

    /// <summary>The name of a part with the whole rest of the file. After it the file is emptied.</summary>
    public static long LastPlace(IReadOnlyList<EngineLogPart> parts)
    {
        var begin = PlaceOf(parts, parts is [.., var newest] ? newest.End : 0);
        return begin - (begin % Round) + LastOfRound;
    }

    /// <summary>The place in the file of the run after which no line is in a part.</summary>
    public static long BeginOf(IReadOnlyList<EngineLogPart> parts, long firstData, long length) =>
        parts is [.., var newest] && newest.End <= length ? Math.Max(newest.End, firstData) : firstData;
}
