using Agent.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Notifications;

/// <summary>
/// The durable queue in front of the notifiers. Rows come into it in the journal's own transaction; here they are taken out.
/// At least once, in order for each incident: a resolve never overtakes its alarm.
/// </summary>
internal sealed class Outbox(SqliteConnection connection) : IDisposable
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestAskedFor = TimeSpan.FromHours(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private const string Columns = "id, notifier, notice, incident, kind, created_at AS CreatedAt, due_at AS DueAt, attempts, state, problem";

    /// <summary>
    /// What can be sent now: the oldest waiting row of each (notifier, incident). A row that is due later than any wait can
    /// be was written before the clock was set back.
    /// </summary>
    public IReadOnlyList<OutboxRow> Due(DateTimeOffset now) =>
        [.. connection.Query<OutboxRow>(
            $"""
             SELECT {Columns} FROM outbox o WHERE state = 'waiting' AND (due_at <= @now OR due_at > @tooFar)
             AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.notifier = o.notifier AND e.incident = o.incident AND e.state = 'waiting' AND e.id < o.id)
             ORDER BY id LIMIT 100
             """,
            new { now = Micros.Of(now), tooFar = Micros.Of(now + (2 * LongestAskedFor)) })];

    /// <summary>When the next row is due; null when nothing waits.</summary>
    public DateTimeOffset? NextDue() =>
        connection.QueryFirstOrDefault<long?>("SELECT min(due_at) FROM outbox WHERE state = 'waiting'") is { } at ? Micros.Time(at) : null;

    public void Record(OutboxRow row, Delivery delivery, DateTimeOffset now)
    {
        var expired = now - Micros.Time(row.CreatedAt) > Lifetime;
        var state = delivery.End switch
        {
            DeliveryEnd.Sent => "sent",
            DeliveryEnd.Rejected => "rejected",
            _ => expired ? "expired" : "waiting",
        };
        // The receiver may ask for a longer wait, within reason; never for none at all.
        var wait = Wait(row.Attempts, row.Id);
        if (delivery.RetryAfter is { } asked && asked > wait)
            wait = asked < LongestAskedFor ? asked : LongestAskedFor;
        connection.Execute(
            "UPDATE outbox SET state = @state, attempts = attempts + 1, due_at = @due, problem = @problem WHERE id = @id",
            new { state, due = Micros.Of(now + wait), problem = delivery.Problem, id = row.Id });
    }

    public void Dispose() => connection.Dispose();

    /// <summary>Doubles to a limit; spread by row, so that many rows for one receiver do not all come back at once.</summary>
    private static TimeSpan Wait(long attempts, long row)
    {
        var wait = FirstWait * Math.Pow(2, Math.Min(attempts, 10));
        return (wait < LongestWait ? wait : LongestWait) * (1 + (row % 10 / 50.0));
    }
}
