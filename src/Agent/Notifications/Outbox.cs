using Agent.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Notifications;

/// <summary>
/// The durable queue in front of the notifiers. What waits is in memory, and rows that come in the journal's own transaction are its
/// copy on disk: where the disk refuses, or the database is lost, notices are sent all the same. Here they are taken out.
/// At least once, in order for each incident: a resolve never overtakes its alarm.
/// </summary>
internal sealed class Outbox(DatabaseLink link, WaitingNotices notices) : IDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestAskedFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>Some result of a try is not on disk yet.</summary>
    public bool HasUnrecorded { get; private set; }

    /// <summary>Takes up what an earlier agent left to be told.</summary>
    public void Load() =>
        notices.Put(link.Connection.Query<OutboxRow>(
            """
            SELECT id, notifier, notice, incident, kind, created_at AS CreatedAt, due_at AS DueAt, attempts, state, problem
            FROM outbox WHERE state = 'waiting' ORDER BY id
            """));

    /// <summary>
    /// What can be sent now: the oldest waiting row of each (notifier, incident). A row that is due later than any wait can
    /// be was written before the clock was set back.
    /// </summary>
    public IReadOnlyList<OutboxRow> Due(DateTimeOffset now) => notices.Due(now, now + (2 * LongestAskedFor));

    /// <summary>When the next row is due; null when nothing waits.</summary>
    public DateTimeOffset? NextDue() => notices.NextDue();

    public void Record(OutboxRow row, Delivery delivery, DateTimeOffset now)
    {
        var expired = now - Micros.Time(row.CreatedAt) > Lifetime;
        var state = delivery.End switch
        {
            DeliveryEnd.Sent => "sent",
            DeliveryEnd.Rejected => "rejected",
            _ => expired ? "expired" : WaitingNotices.Waiting,
        };
        // The receiver may ask for a longer wait, within reason; never for none at all.
        var wait = Wait(row.Attempts, row.Id);
        if (delivery.RetryAfter is { } asked && asked > wait)
            wait = asked < LongestAskedFor ? asked : LongestAskedFor;
        notices.Tried(row, state, now + wait, delivery.Problem);
        WriteUnrecorded(now);
    }

    /// <summary>Writes how tries ended, as far as the disk takes it: what is not on disk is sent again after a crash.</summary>
    public void WriteUnrecorded(DateTimeOffset now)
    {
        HasUnrecorded = false;
        try
        {
            foreach (var row in notices.Unrecorded())
                Write(row, now);
        }
        catch (SqliteException refused)
        {
            // The journal meets the same disk and tells of it; here it is enough to come again.
            HasUnrecorded = true;
            if (DatabaseTroubles.Of(refused) is not (DatabaseTrouble.Full or DatabaseTrouble.Busy))
                link.Close();
        }
    }

    public void Dispose() => link.Dispose();

    private void Write(OutboxRow row, DateTimeOffset now)
    {
        var rows = link.Connection.Execute(
            "UPDATE outbox SET state = @state, attempts = @attempts, due_at = @due, problem = @problem WHERE notifier = @notifier AND notice = @notice",
            new { state = row.State, attempts = row.Attempts, due = row.DueAt, problem = row.Problem, notifier = row.Notifier, notice = row.Notice });
        notices.Recorded(row, found: rows > 0, now);
        HasUnrecorded |= row.IsUnrecorded;
    }

    /// <summary>Doubles to a limit; spread by row, so that many rows for one receiver do not all come back at once.</summary>
    private static TimeSpan Wait(long attempts, long row)
    {
        var wait = FirstWait * Math.Pow(2, Math.Min(attempts, 10));
        return (wait < LongestWait ? wait : LongestWait) * (1 + (row % 10 / 50.0));
    }
}
