using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>
/// Keeps the database small: incidents that ended go with their events and notices, the oldest first, in slices that hold up no other writer for
/// long. Pages that become free go back to the disk in slices, too.
/// </summary>
internal sealed class HistoryRetention(DatabaseLink link) : IDisposable
{
    private const int IncidentsInSlice = 100;
    private static readonly TimeSpan ReportsKept = TimeSpan.FromDays(32);

    /// <summary>What is used of the file, in bytes, without pages that are free.</summary>
    public long UsedBytes()
    {
        // In a property these calls would not be made ready for native code.
        var pages = link.Connection.ExecuteScalar<long>("PRAGMA page_count");
        var free = link.Connection.ExecuteScalar<long>("PRAGMA freelist_count");
        return (pages - free) * link.Connection.ExecuteScalar<long>("PRAGMA page_size");
    }

    /// <param name="before">Incidents that ended before this are dropped.</param>
    /// <param name="newest">Where the file is too large, incidents that ended before this are dropped as well. Budgets are counted from later ones.</param>
    /// <param name="mostBytes">More than this is too large.</param>
    /// <returns>Whether more is to be dropped.</returns>
    /// <exception cref="SqliteException">The file takes nothing now.</exception>
    public bool DropSlice(DateTimeOffset before, DateTimeOffset newest, long mostBytes)
    {
        var dropped = Drop(before);
        if (dropped == 0 && UsedBytes() > mostBytes)
            dropped = Drop(newest);
        link.Connection.Execute("DELETE FROM journal WHERE kind = 'agent' AND at < @before", new { before = Micros.Of(before) });
        // The row says that a report was told. So it stays until no report of its month is due any more.
        link.Connection.Execute("DELETE FROM outbox WHERE kind = @kind AND state <> 'waiting' AND created_at < @before",
            new { kind = WaitingNotices.ReportKind, before = Micros.Of(before - ReportsKept) });
        FreePages.GiveBackSlice(link.Connection);
        return dropped > 0;
    }

    public void Dispose() => link.Dispose();

    private int Drop(DateTimeOffset before)
    {
        using var transaction = link.Connection.BeginTransaction();
        List<string> ids = [.. transaction.Connection!.Query<string>(
            "SELECT id FROM incidents WHERE is_open = 0 AND ended_at < @before ORDER BY ended_at LIMIT @most",
            new { before = Micros.Of(before), most = IncidentsInSlice }, transaction)];
        foreach (var id in ids)
        {
            transaction.Connection!.Execute("DELETE FROM journal WHERE incident = @id", new { id }, transaction);
            transaction.Connection!.Execute("DELETE FROM outbox WHERE incident = @id", new { id }, transaction);
            transaction.Connection!.Execute("DELETE FROM incidents WHERE id = @id", new { id }, transaction);
        }

        transaction.Commit();
        return ids.Count;
    }
}
