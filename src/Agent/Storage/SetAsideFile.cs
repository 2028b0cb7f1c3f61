using System.Globalization;

namespace Agent.Storage;

/// <summary>A damaged database that was moved away, for people. It lies beside the new one, with the time in its name.</summary>
/// <param name="Path">The place of the file.</param>
/// <param name="At">The time of the move.</param>
/// <param name="Reason">The damage that was found; empty when an earlier agent found it.</param>
internal sealed record SetAsideFile(string Path, DateTimeOffset At, string Reason)
{
    private const int Kept = 3;
    private const string Mark = ".corrupt-";
    private const string TimeFormat = "yyyyMMdd-HHmmss";

    /// <summary>The endings of the database and of the files that SQLite keeps beside it.</summary>
    public static readonly IReadOnlyList<string> Endings = ["", "-wal", "-shm"];

    /// <summary>Whether the file is still there.</summary>
    public bool IsThere => File.Exists(Path);

    /// <returns>Null when there is nothing to move.</returns>
    /// <exception cref="IOException">The file cannot be moved.</exception>
    public static SetAsideFile? Move(string database, string reason, DateTimeOffset now)
    {
        var aside = database + Mark + now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        var moved = false;
        foreach (var ending in Endings.Where(e => File.Exists(database + e)))
        {
            File.Move(database + ending, aside + ending, overwrite: true);
            moved = true;
        }

        DropOldest(database);
        return moved ? new SetAsideFile(aside, now, reason) : null;
    }

    /// <summary>The newest file that an earlier agent left.</summary>
    public static SetAsideFile? Newest(string database) =>
        All(database).Where(path => Endings.All(e => e.Length == 0 || !path.EndsWith(e, StringComparison.Ordinal))).Max(StringComparer.Ordinal) is { } newest
        && DateTimeOffset.TryParseExact(newest[(database.Length + Mark.Length)..], TimeFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var at)
            ? new SetAsideFile(newest, at, "")
            : null;

    private static void DropOldest(string database)
    {
        var asides = All(database)
            .GroupBy(f => Endings.Any(e => e.Length > 0 && f.EndsWith(e, StringComparison.Ordinal)) ? f[..^4] : f, StringComparer.Ordinal);
        foreach (var old in asides.OrderByDescending(g => g.Key, StringComparer.Ordinal).Skip(Kept).SelectMany(g => g))
            File.Delete(old);
    }

    private static IEnumerable<string> All(string database) =>
        Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(database)!, System.IO.Path.GetFileName(database) + Mark + "*");
}
