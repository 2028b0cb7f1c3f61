using System.Collections.Concurrent;
using Agent.Storage;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Notifications.Queue;

/// <summary>
/// The durable queue in front of the notifiers. What waits is in memory, and rows that come in the journal's own transaction are its
/// copy on disk: where the disk refuses, or the database is lost, notices are sent all the same. Here they are taken out.
/// At least once, in order for each incident: a resolve never overtakes its alarm.
/// </summary>
internal sealed class Outbox(DatabaseLink link, WaitingNotices notices) : IDisposable
{
    // A row that is due later than any wait was put in before the clock was set back. Quiet hours and flapping make the longest waits.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>A receiver may be away over a long weekend.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    /// <summary>Some result of a try is not on disk yet.</summary>
    public bool HasUnrecorded { get; private set; }

    private readonly Dictionary<string, int> _dead = new(StringComparer.Ordinal);

    private readonly Dictionary<string, ChannelState> _earlier = new(StringComparer.Ordinal);

    // How channels are doing, as far as the disk does not say so yet.
    private readonly ConcurrentDictionary<string, ChannelState> _states = new(StringComparer.Ordinal);

    /// <summary>Takes up what an earlier agent left to be told, and how the channels were doing then.</summary>
    public void Load()
    {
        notices.Put(link.Connection.Query<OutboxRow>(
            """
            SELECT id, notifier, notice, incident, kind, created_at AS CreatedAt, due_at AS DueAt, attempts, state, problem
            FROM outbox WHERE state = 'waiting' ORDER BY id
            """));
        CountDead();
        foreach (var row in ChannelRows.Read(link.Connection))
            _earlier[row.Notifier] = ChannelState.Of(row);
    }

    /// <summary>
    /// How a channel was doing when an earlier agent ended. That it failed is believed only while something waits that it did not take, and which is
    /// tried again soon: an older agent or other settings may have told it since.
    /// </summary>
    public ChannelState TakenUp(string notifier, DateTimeOffset now) =>
        _earlier.TryGetValue(notifier, out var state) ? state.TakenUp(notices.HasTried(notifier), now) : new ChannelState(notifier);

    /// <summary>A channel is doing otherwise than before; <see cref="WriteUnrecorded"/> writes it.</summary>
    public void Keep(ChannelState state) => _states[state.Name] = state;

    /// <summary>The oldest waiting row of each incident that is due for a receiver.</summary>
    public IReadOnlyList<OutboxRow> Due(string notifier, DateTimeOffset now) => notices.Due(notifier, now, now + (2 * LongestWait));

    /// <summary>What waits for receivers that are not configured any more.</summary>
    public IReadOnlyList<OutboxRow> ForNobody() => notices.ForNobody();

    /// <summary>The rows with those that wait behind them for the same receiver and incident, which go into the same message.</summary>
    public IReadOnlyList<OutboxRow> WithFollowing(IReadOnlyList<OutboxRow> rows) => notices.WithFollowing(rows);

    /// <summary>Later, without a try: nothing of it has to be on disk.</summary>
    public void Postpone(IEnumerable<OutboxRow> rows, DateTimeOffset until) => notices.Postpone(rows, until);

    public ChannelView ViewOf(ChannelState state)
    {
        var (waiting, oldest) = notices.WaitingFor(state.Name);
        lock (_dead)
            return new(state, waiting, oldest, _dead.GetValueOrDefault(state.Name));
    }

    /// <summary>When the next row is due for a receiver; null when nothing waits.</summary>
    public DateTimeOffset? NextDue(string notifier) => notices.NextDue(notifier);

    public void Record(OutboxRow row, Delivery delivery, DateTimeOffset now)
    {
        var expired = now - Micros.Time(row.CreatedAt) > Lifetime;
        var state = delivery.End switch
        {
            DeliveryEnd.Sent => OutboxState.Sent,
            DeliveryEnd.Rejected => OutboxState.Rejected,
            _ => expired ? OutboxState.Expired : WaitingNotices.Waiting,
        };
        if (state is OutboxState.Rejected or OutboxState.Expired)
        {
            lock (_dead)
                _dead[row.Notifier] = _dead.GetValueOrDefault(row.Notifier) + 1;
        }

        var wait = Channel.Wait(row.Attempts + 1, delivery.RetryAfter);
        // Spread by row, so that many rows for one receiver do not all come back at once.
        if (delivery.RetryAfter is null)
            wait *= 1 + (row.Id % 10 / 50.0);
        notices.Tried(row, state, now + wait, delivery.Problem);
        WriteUnrecorded(now);
    }

    /// <summary>The receiver is not told of it, by its own settings or because another message tells it.</summary>
    public void Skip(OutboxRow row, DateTimeOffset now)
    {
        notices.Tried(row, OutboxState.Skipped, now, "");
        WriteUnrecorded(now);
    }

    /// <summary>Puts what was given up back among what waits.</summary>
    /// <returns>How many.</returns>
    public int Retry(string? notifier, string? notice, DateTimeOffset now)
    {
        const string Which = "state IN ('rejected', 'expired') AND (@notifier IS NULL OR notifier = @notifier) AND (@notice IS NULL OR notice = @notice)";
        var parameters = new { notifier, notice, now = Micros.Of(now) };
        List<OutboxRow> rows = [.. link.Connection.Query<OutboxRow>(
            "SELECT id, notifier, notice, incident, kind, @now AS CreatedAt, @now AS DueAt, 0 AS Attempts, 'waiting' AS State, '' AS Problem "
            + $"FROM outbox WHERE {Which} ORDER BY id", parameters)];
        link.Connection.Execute(
            $"UPDATE outbox SET state = 'waiting', created_at = @now, due_at = @now, attempts = 0, problem = '' WHERE {Which}", parameters);
        notices.PutAgain(rows);
        CountDead();
        return rows.Count;
    }

    /// <summary>Writes how tries ended, as far as the disk takes it: what is not on disk is sent again after a crash.</summary>
    public void WriteUnrecorded(DateTimeOffset now)
    {
        HasUnrecorded = false;
        try
        {
            foreach (var row in notices.Unrecorded())
                Write(row, now);
            foreach (var state in _states)
            {
                ChannelRows.Write(link.Connection, state.Value.Row());
                // What came meanwhile is written the next time.
                _states.TryRemove(state);
            }
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

    private void CountDead()
    {
        List<DeadRow> counted = [.. link.Connection.Query<DeadRow>(
            "SELECT notifier, count(*) AS Count FROM outbox WHERE state IN ('rejected', 'expired') GROUP BY notifier")];
        lock (_dead)
        {
            _dead.Clear();
            foreach (var row in counted)
                _dead[row.Notifier] = (int)row.Count;
        }
    }
}
