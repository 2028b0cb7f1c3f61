using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>The outbox as others than the agent read it.</summary>
internal static class OutboxRows
{
    private const int Most = 1000;

    /// <param name="connection">The database.</param>
    /// <param name="all">Those that are done with, too.</param>
    /// <returns>The newest first.</returns>
    public static IReadOnlyList<OutboxRow> Of(SqliteConnection connection, bool all) => [.. connection.Query<OutboxRow>(
        """
        SELECT id, notifier, notice, incident, kind, created_at AS CreatedAt, due_at AS DueAt, attempts, state, problem
        FROM outbox WHERE @all OR state IN ('waiting', 'rejected', 'expired') ORDER BY id DESC LIMIT @most
        """,
        new { all, most = Most })];

    /// <summary>Whether a notice was ever put in for a receiver.</summary>
    public static bool Holds(SqliteConnection connection, string notice, string notifier) =>
        connection.ExecuteScalar<long>("SELECT count(*) FROM outbox WHERE notice = @notice AND notifier = @notifier", new { notice, notifier }) > 0;

    /// <summary>The oldest entry of the journal; null: there is none.</summary>
    public static DateTimeOffset? RecordsSince(SqliteConnection connection) =>
        connection.ExecuteScalar<long?>("SELECT min(at) FROM journal") is { } at ? Micros.Time(at) : null;
}
