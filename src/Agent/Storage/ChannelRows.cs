using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>How the receivers of messages were doing when that was last written.</summary>
internal static class ChannelRows
{
    public static IReadOnlyList<ChannelRow> Read(SqliteConnection connection) => [.. connection.Query<ChannelRow>(
        """
        SELECT notifier, failing_since AS FailingSince, is_broken AS IsBroken, problem, last_sent_at AS LastSentAt FROM channels
        """)];

    public static void Write(SqliteConnection connection, ChannelRow row) => connection.Execute(
        """
        INSERT OR REPLACE INTO channels (notifier, failing_since, is_broken, problem, last_sent_at)
        VALUES (@notifier, @failingSince, @isBroken, @problem, @lastSentAt)
        """,
        new { notifier = row.Notifier, failingSince = row.FailingSince, isBroken = row.IsBroken, problem = row.Problem, lastSentAt = row.LastSentAt });
}

/// <summary>For Dapper.</summary>
internal sealed class ChannelRow
{
    public string Notifier { get; set; } = "";

    public long? FailingSince { get; set; }

    public long IsBroken { get; set; }

    public string Problem { get; set; } = "";

    public long? LastSentAt { get; set; }
}
