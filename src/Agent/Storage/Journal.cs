using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.ForeignText;
using Agent.Notifications;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>
/// The append-only record of all that happened. An event, what listing shows of its incident, and the notices that follow
/// from it are one transaction: nobody is told of what is not recorded, and nothing recorded is left untold. When the disk
/// refuses, entries wait in memory, in order, and are written at the next chance.
/// </summary>
internal sealed class Journal(SqliteConnection connection, IReadOnlyList<string> notifiers, TextGate gate) : IDisposable
{
    public const string MaintenanceKind = "maintenance";
    public const string EngineWantedKind = "engine-wanted";
    public const string AgentKind = "agent";

    private const int WaitingLimit = 10_000;

    private readonly EventJson _events = new(gate);
    private readonly Queue<Action<SqliteTransaction>> _waiting = new();
    private long _dropped;

    /// <summary>Why entries wait in memory; null while the disk takes them.</summary>
    public string? Problem { get; private set; }

    /// <summary>Events as they are read again, their text having passed the gate: memory and journal say the same.</summary>
    public IReadOnlyList<IncidentChange> Kept(IReadOnlyList<IncidentChange> changes) => [.. changes.Select(c => c with { Event = _events.Kept(c.Event) })];

    /// <param name="changes">Events, in order.</param>
    /// <param name="after">The incidents as they are after them.</param>
    /// <returns>Whether they are on disk.</returns>
    public bool Append(IReadOnlyList<IncidentChange> changes, IReadOnlyList<Incident> after)
    {
        // All that is written is made here: the caller's list goes on changing while an entry waits in memory, and an event
        // that cannot be put into words has to fail its own append, not every one behind it.
        var ids = changes.Select(c => c.IncidentId).ToHashSet(StringComparer.Ordinal);
        var touched = after.Where(i => ids.Contains(i.Id)).ToDictionary(i => i.Id, StringComparer.Ordinal);
        var rows = changes.Select(c => (c.IncidentId, c.Event.At, Kind: EventJson.KindOf(c.Event), Body: _events.Write(c.Event), Notice: Notice.KindOf(c.Event))).ToList();
        return Write(transaction =>
        {
            foreach (var row in rows)
            {
                Insert(transaction, row.At, row.Kind, row.IncidentId, row.Body);
                if (row.Notice is { } notice && touched.TryGetValue(row.IncidentId, out var told) && told.ConfirmedAt is not null)
                    Enqueue(transaction, row.IncidentId, notice, row.At);
            }

            foreach (var incident in touched.Values)
                Project(transaction, incident);
        });
    }

    public bool Append(DateTimeOffset at, Maintenance maintenance) => Append(at, MaintenanceKind, maintenance, _events.Json.Maintenance);

    public bool Append(DateTimeOffset at, EngineWanted wanted) => Append(at, EngineWantedKind, wanted, _events.Json.EngineWanted);

    public bool Append(DateTimeOffset at, AgentNote note) => Append(at, AgentKind, note, _events.Json.AgentNote);

    /// <summary>
    /// Drops incidents that ended before a time, with their events and notices, and old entries of other kinds. Budgets are
    /// counted from events, so the time must lie before every budget window.
    /// </summary>
    public bool Prune(DateTimeOffset before)
    {
        var limit = Micros.Of(before);
        return Write(transaction =>
        {
            connection.Execute("DELETE FROM journal WHERE incident IN (SELECT id FROM incidents WHERE is_open = 0 AND ended_at < @limit)", new { limit }, transaction);
            connection.Execute("DELETE FROM outbox WHERE incident IN (SELECT id FROM incidents WHERE is_open = 0 AND ended_at < @limit)", new { limit }, transaction);
            connection.Execute("DELETE FROM incidents WHERE is_open = 0 AND ended_at < @limit", new { limit }, transaction);
            connection.Execute("DELETE FROM journal WHERE kind = 'agent' AND at < @limit", new { limit }, transaction);
        });
    }

    /// <summary>Writes what waits in memory, if anything does. For the quiet times between appends.</summary>
    /// <returns>Whether nothing waits any more.</returns>
    public bool WriteWaiting()
    {
        try
        {
            while (_waiting.TryPeek(out var next))
            {
                using var transaction = connection.BeginTransaction();
                next(transaction);
                transaction.Commit();
                _waiting.Dequeue();
            }

            Problem = null;
            return true;
        }
        catch (SqliteException refused)
        {
            Problem = $"{refused.Message} ({_waiting.Count} entries wait in memory{(_dropped > 0 ? $", {_dropped} were lost" : "")})";
            return false;
        }
    }

    public void Dispose() => connection.Dispose();

    private bool Append<T>(DateTimeOffset at, string kind, T entry, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.Serialize(entry, type);
        return Write(transaction => Insert(transaction, at, kind, null, body));
    }

    private bool Write(Action<SqliteTransaction> entry)
    {
        if (_waiting.Count >= WaitingLimit && !WriteWaiting())
        {
            _dropped++;
            return false;
        }

        _waiting.Enqueue(entry);
        return WriteWaiting();
    }

    private void Insert(SqliteTransaction transaction, DateTimeOffset at, string kind, string? incident, string body) =>
        connection.Execute(
            "INSERT INTO journal (at, kind, incident, body) VALUES (@at, @kind, @incident, @body)",
            new { at = Micros.Of(at), kind, incident, body },
            transaction);

    private void Project(SqliteTransaction transaction, Incident incident) =>
        connection.Execute(
            """
            INSERT INTO incidents (id, fault, subject, state, is_open, suspected_at, ended_at, summary)
            VALUES (@id, @fault, @subject, @state, @isOpen, @suspectedAt, @endedAt, @summary)
            ON CONFLICT (id) DO UPDATE SET fault = @fault, subject = @subject, state = @state, is_open = @isOpen, ended_at = @endedAt, summary = @summary
            """,
            new
            {
                id = incident.Id,
                fault = incident.Fault,
                subject = incident.Subject.ToString(),
                state = incident.State.ToString(),
                isOpen = incident.IsOpen ? 1L : 0L,
                suspectedAt = Micros.Of(incident.SuspectedAt),
                endedAt = incident.EndedAt is { } ended ? Micros.Of(ended) : (long?)null,
                summary = incident.Summary,
            },
            transaction);

    private void Enqueue(SqliteTransaction transaction, string incident, string kind, DateTimeOffset at)
    {
        foreach (var notifier in notifiers)
        {
            connection.Execute(
                """
                INSERT INTO outbox (notifier, notice, incident, kind, created_at, due_at)
                VALUES (@notifier, @notice, @incident, @kind, @at, @at) ON CONFLICT DO NOTHING
                """,
                new { notifier, notice = $"{incident}/{kind}", incident, kind, at = Micros.Of(at) },
                transaction);
        }
    }
}
