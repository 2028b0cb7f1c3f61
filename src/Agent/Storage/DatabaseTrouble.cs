using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>The kind of a refusal of SQLite.</summary>
internal enum DatabaseTrouble
{
    /// <summary>Another connection has the database for a moment.</summary>
    Busy,

    Full,

    ReadOnly,

    /// <summary>The disk reports errors, or the file cannot be opened.</summary>
    Failing,

    /// <summary>The file is no database any more, or not this one.</summary>
    Damaged,
}

internal static class DatabaseTroubles
{
    private const int Error = 1;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NotADatabase = 26;

    // Extended codes: the index of the write-ahead log found no room; the file ends too early; the file was moved or removed.
    private const int NoRoomForIndex = InputOutput | (19 << 8);
    private const int EndsEarly = InputOutput | (2 << 8);
    private const int Moved = ReadOnly | (4 << 8);

    public static DatabaseTrouble Of(SqliteException refused) => (refused.SqliteErrorCode, refused.SqliteExtendedErrorCode) switch
    {
        (Busy or Locked, _) => DatabaseTrouble.Busy,
        (Full, _) or (_, NoRoomForIndex) => DatabaseTrouble.Full,
        (Corrupt or NotADatabase, _) or (_, EndsEarly or Moved) => DatabaseTrouble.Damaged,
        // SQLite takes a file that somebody emptied for a new database without tables.
        (Error, _) when refused.Message.Contains("no such table", StringComparison.Ordinal) => DatabaseTrouble.Damaged,
        (ReadOnly, _) => DatabaseTrouble.ReadOnly,
        _ => DatabaseTrouble.Failing,
    };
}
