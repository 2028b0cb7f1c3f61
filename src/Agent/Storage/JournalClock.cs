using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Domain.Incidents;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>
/// The clock by which the times of the journal were written since the last boot. One agent writes by one clock. If the host's clock was set
/// meanwhile, the next agent has another clock, and moves the entries of this boot to it: an event of five minutes ago stays an event of five minutes
/// ago. Only the columns are moved. The body of an entry keeps the time as it was first written.
/// <para>Entries of earlier boots stay: nothing tells by how much their clock was wrong.</para>
/// </summary>
/// <param name="open">Opens a connection for this caller alone.</param>
/// <param name="boot">The present boot of the host; "unknown" when it has no id.</param>
/// <param name="clock">The clock of the agent at its start. For parts that tell people, the clock of the host.</param>
internal sealed class JournalClock(Func<SqliteConnection> open, string boot, TimeProvider clock)
{
    private const string Kind = JournalScale.Kind;
    private const string Unknown = "unknown";

    /// <summary>The present boot.</summary>
    public string Boot => boot;

    /// <inheritdoc cref="TakeUp()"/>
    public static TimeSpan TakeUp(Database database, string boot, TimeProvider clock)
    {
        using var link = new DatabaseLink(database);
        return new JournalClock(() => link.Connection, boot, clock).TakeUp();
    }

    /// <summary>For an agent that starts, before anything is read or written.</summary>
    /// <returns>The time by which entries of this boot were moved.</returns>
    public TimeSpan TakeUp()
    {
        var present = JournalScale.Of(boot, clock);
        try
        {
            using var transaction = open().BeginTransaction();
            var shift = Since(present, transaction);
            if (shift == JournalShift.None)
            {
                open().Execute("DELETE FROM journal WHERE kind = @kind", new { kind = Kind }, transaction);
                Journal.Insert(transaction, present.Entry(clock.GetUtcNow()));
            }
            else if (shift.By != TimeSpan.Zero)
            {
                Move(shift, transaction);
                open().Execute("UPDATE journal SET body = @body WHERE seq = @first", new { body = present.Text, first = shift.After }, transaction);
            }

            transaction.Commit();
            return shift.By;
        }
        catch (SqliteException)
        {
            // The disk is full: the journal tells of it, and times in the future are taken for the present.
            return TimeSpan.Zero;
        }
    }

    /// <summary>The time to add to the times of the present boot, to have them by this clock.</summary>
    public JournalShift Ahead() => Since(JournalScale.Of(boot, clock), null);

    private JournalShift Since(JournalScale present, SqliteTransaction? transaction)
    {
        var row = open().QueryFirstOrDefault<JournalRow>(
            "SELECT seq, at, kind, incident, body FROM journal WHERE kind = @kind ORDER BY seq DESC LIMIT 1",
            new { kind = Kind },
            transaction);
        if (row is null || boot == Unknown || JsonSerializer.Deserialize(row.Body, JournalJson.Default.JournalScale) is not { } written || written.Boot != boot)
            return JournalShift.None;
        var by = present.Zero - written.Zero;
        return new JournalShift(row.Seq, by.Duration() < HostClock.Jitter ? TimeSpan.Zero : by);
    }

    private void Move(JournalShift shift, SqliteTransaction transaction)
    {
        var moved = new { first = shift.After, by = shift.By.Ticks / TimeSpan.TicksPerMicrosecond, now = Micros.Of(clock.GetUtcNow()) };
        open().Execute(
            """
            UPDATE outbox SET created_at = created_at + @by
            WHERE EXISTS (SELECT 1 FROM journal j WHERE j.incident = outbox.incident AND j.at = outbox.created_at AND j.seq > @first)
            """,
            moved,
            transaction);
        // No receiver waits longer for its next try than before the move.
        open().Execute("UPDATE outbox SET due_at = min(due_at, @now) WHERE state = 'waiting'", moved, transaction);
        open().Execute("UPDATE journal SET at = at + @by WHERE seq > @first", moved, transaction);
        open().Execute(
            """
            UPDATE incidents SET suspected_at = suspected_at + @by
            WHERE id IN (SELECT incident FROM journal WHERE seq > @first AND kind = 'suspected')
            """,
            moved,
            transaction);
        open().Execute(
            """
            UPDATE incidents SET ended_at = ended_at + @by
            WHERE id IN (SELECT incident FROM journal WHERE seq > @first AND kind IN ('resolved', 'dismissed'))
            """,
            moved,
            transaction);
        var ofBoot = new { boot, by = shift.By.Ticks / TimeSpan.TicksPerMicrosecond };
        open().Execute(
            "UPDATE service SET began = began + @by, ended = ended + @by, detected_at = detected_at + @by WHERE boot = @boot",
            ofBoot,
            transaction);
        open().Execute("UPDATE service_seen SET at = at + @by WHERE boot = @boot", ofBoot, transaction);
        // A time before the boot, by the clock of before, was written by an earlier boot.
        var sinceBoot = new { by = shift.By.Ticks / TimeSpan.TicksPerMicrosecond, zero = Micros.Of(JournalScale.Of(boot, clock).Zero - shift.By) };
        open().Execute("UPDATE channels SET failing_since = failing_since + @by WHERE failing_since >= @zero", sinceBoot, transaction);
        open().Execute("UPDATE channels SET last_sent_at = last_sent_at + @by WHERE last_sent_at >= @zero", sinceBoot, transaction);
    }
}

/// <summary>A clock, described by the time that it would have shown when monotonic time began at the boot.</summary>
internal sealed record JournalScale(string Boot, DateTimeOffset Zero)
{
    public const string Kind = "clock";

    [JsonIgnore]
    public string Text => JsonSerializer.Serialize(this, JournalJson.Default.JournalScale);

    public static JournalScale Of(string boot, TimeProvider clock) => new(boot, clock.Zero());

    /// <summary>The entry that marks the change: entries behind it are by this clock.</summary>
    public JournalEntry Entry(DateTimeOffset now) => new(now, Kind, null, Text);
}

/// <param name="After">Entries that follow this one are of the present boot; 0 when no such entry is known.</param>
/// <param name="By">The time to add to their times.</param>
internal sealed record JournalShift(long After, TimeSpan By)
{
    public static readonly JournalShift None = new(0, TimeSpan.Zero);

    public IncidentEvent? Of(long entry, IncidentEvent? happened) =>
        happened is null || entry <= After || By == TimeSpan.Zero ? happened : happened with { At = happened.At + By };
}
