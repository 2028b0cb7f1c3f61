using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>Pages of the file that hold nothing any more. They go back to the disk bit by bit, so that no writer waits for it.</summary>
internal static class FreePages
{
    private const int Incremental = 2;
    private const int Slice = 256;

    /// <summary>An older file is rewritten once, if that is soon done. In a larger one free pages are used again.</summary>
    private const long RewrittenBytes = 64L * 1024 * 1024;

    /// <summary>Prepares a file for it. It costs nothing where that was done.</summary>
    public static void GoBack(SqliteConnection connection)
    {
        if (connection.ExecuteScalar<long>("PRAGMA auto_vacuum") == Incremental)
            return;
        connection.Execute("PRAGMA auto_vacuum=INCREMENTAL");
        var pages = connection.ExecuteScalar<long>("PRAGMA page_count");
        if (pages == 0 || pages * connection.ExecuteScalar<long>("PRAGMA page_size") > RewrittenBytes)
            return;
        try
        {
            connection.Execute("VACUUM");
        }
        catch (SqliteException refused) when (DatabaseTroubles.Of(refused) is DatabaseTrouble.Full or DatabaseTrouble.Busy)
        {
            // The next start tries it again. Nothing depends on it.
        }
    }

    /// <summary>Gives a slice of them back. The statement frees a page with each step, so it is read to its end.</summary>
    public static void GiveBackSlice(SqliteConnection connection)
    {
        using var vacuum = connection.CreateCommand();
        vacuum.CommandText = $"PRAGMA incremental_vacuum({Slice})";
        using var freed = vacuum.ExecuteReader();
        while (freed.Read())
        {
        }
    }
}
