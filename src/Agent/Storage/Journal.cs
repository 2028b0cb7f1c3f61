using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Agent.Adapters.Files;
using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.ForeignText;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>
/// The append-only record of everything that happened. One transaction holds an event, the list entry of its incident, and the notices that follow
/// from it. When the disk refuses, entries wait in memory, in order, and are written at the next chance. Meanwhile notices are told from memory. A
/// damaged file is set aside, and a new one is begun with everything that is known.
/// </summary>
/// <param name="link">The way of this caller alone to the database.</param>
/// <param name="known">The knowledge with which a new file is begun.</param>
/// <param name="notices">Notices that wait.</param>
/// <param name="gate">The text of others passes it.</param>
/// <param name="boot">The present boot of the host; "unknown" when it has no id.</param>
/// <param name="clock">The agent's clock.</param>
internal sealed class Journal(DatabaseLink link, Recollection known, WaitingNotices notices, TextGate gate, string boot, TimeProvider clock) : IDisposable
{
    public const string MaintenanceKind = "maintenance";
    public const string EngineWantedKind = "engine-wanted";
    public const string AgentKind = "agent";

    private const int WaitingLimit = 10_000;

    private readonly EventJson _events = new(gate);
    private readonly Queue<Action<SqliteTransaction>> _waiting = new();
    private IReadOnlyList<OutboxRow> _coming = [];
    private long _dropped;

    /// <summary>Why entries wait in memory; null while the disk takes them.</summary>
    public JournalTrouble? Trouble { get; private set; }

    /// <summary>As <see cref="Trouble"/>, with the number of entries that wait.</summary>
    public string? Problem => Trouble is { } trouble
        ? $"{trouble.Text} ({Counted.Text(_waiting.Count, "entry waits", "entries wait")} in memory"
            + $"{(_dropped > 0 ? $", {_dropped} {(_dropped == 1 ? "was" : "were")} lost" : "")})"
        : null;

    /// <summary>Events as they will be read again: their text has passed the gate. So memory and journal say the same.</summary>
    public IReadOnlyList<IncidentChange> Kept(IReadOnlyList<IncidentChange> changes) => [.. changes.Select(c => c with { Event = _events.Kept(c.Event) })];

    /// <param name="changes">Events, in order.</param>
    /// <param name="after">The incidents after these events.</param>
    /// <returns>Whether the events are on disk.</returns>
    public bool Append(IReadOnlyList<IncidentChange> changes, IReadOnlyList<Incident> after)
    {
        // Everything that is written is made here, for two reasons. The caller's list goes on changing while an entry waits in memory. And an event
        // that cannot be put into words has to fail its own append, not every later one.
        var ids = changes.Select(c => c.IncidentId).ToHashSet(StringComparer.Ordinal);
        var touched = after.Where(i => ids.Contains(i.Id)).ToDictionary(i => i.Id, StringComparer.Ordinal);
        var entries = changes.Select(c => new JournalEntry(c.Event.At, EventJson.KindOf(c.Event), c.IncidentId, _events.Write(c.Event))).ToList();
        _coming = [.. changes.SelectMany(c => NoticesOf(c, touched.GetValueOrDefault(c.IncidentId)))];
        known.Take(changes);
        var onDisk = Write(All(entries, [.. touched.Values], _coming));
        // Nobody is told before an attempt was made to record it.
        notices.Put(_coming);
        _coming = [];
        return onDisk;
    }

    public bool Append(DateTimeOffset at, Maintenance maintenance)
    {
        known.Take(maintenance);
        return Append(at, MaintenanceKind, maintenance, _events.Json.Maintenance);
    }

    public bool Append(DateTimeOffset at, EngineWanted wanted)
    {
        known.Take(wanted);
        return Append(at, EngineWantedKind, wanted, _events.Json.EngineWanted);
    }

    public bool Append(DateTimeOffset at, AgentNote note) => Append(at, AgentKind, note, _events.Json.AgentNote);

    /// <summary>A health report is to be told.</summary>
    public bool AppendReport(DateTimeOffset at, string report, IReadOnlyList<string> receivers)
    {
        _coming = WaitingNotices.RowsOfReport(report, receivers, at);
        var onDisk = Write(All([], [], _coming));
        notices.Put(_coming);
        _coming = [];
        return onDisk;
    }

    /// <summary>The ledger of lost service changed.</summary>
    public bool Append(ServiceWrite ledger) => Write(ledger.Into);

    /// <summary>
    /// The time of the last event of any incident, or of the last request of an operator; null when there was none, or when the file cannot be read.
    /// </summary>
    public DateTimeOffset? NewestEvent()
    {
        try
        {
            return link.Connection.ExecuteScalar<long?>("SELECT max(at) FROM journal WHERE kind NOT IN ('agent', 'clock')") is { } at ? Micros.Time(at) : null;
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes the entries that wait in memory. It is for the quiet times between appends. On a full disk, one piece of the ballast after the other is
    /// given up. A damaged file is replaced, at most once in a call.
    /// </summary>
    /// <returns>Whether nothing waits any more.</returns>
    public bool WriteWaiting()
    {
        var replaced = false;
        while (true)
        {
            if (Attempt() is not { } trouble)
            {
                Trouble = null;
                return true;
            }

            if (trouble.Kind == DatabaseTrouble.Full && link.Database.Ballast.Release())
                continue;
            if (trouble.Kind == DatabaseTrouble.Damaged && !replaced && Replace(trouble.Text))
            {
                replaced = true;
                continue;
            }

            if (trouble.Kind is not (DatabaseTrouble.Full or DatabaseTrouble.Busy))
                link.Close();
            Trouble = trouble;
            return false;
        }
    }

    /// <summary>Sets a damaged file aside. The new file is begun with everything that is known, at the next chance to write.</summary>
    /// <param name="reason">The damage that was found.</param>
    /// <returns>False when the damaged file cannot be moved.</returns>
    public bool Replace(string reason)
    {
        link.Close();
        try
        {
            link.Database.SetAsideDamaged(reason, clock.GetUtcNow());
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Trouble = new JournalTrouble(DatabaseTrouble.Failing, $"the damaged database cannot be set aside: {refused.Message}");
            return false;
        }

        _waiting.Clear();
        var entries = NewFile.Entries(known, _events, reason, JournalScale.Of(boot, clock), clock.GetUtcNow());
        _waiting.Enqueue(All(entries, [.. known.Incidents.Select(i => i.Incident)], [.. notices.All(), .. _coming]));
        return true;
    }

    public void Dispose() => link.Dispose();

    private IEnumerable<OutboxRow> NoticesOf(IncidentChange change, Incident? told) =>
        told?.ConfirmedAt is not null && NoticeKind.Of(change.Event) is { } kind ? notices.RowsOf(change.IncidentId, kind, change.Event.At) : [];

    private JournalTrouble? Attempt()
    {
        try
        {
            link.Database.BeginIfNew(clock.GetUtcNow());
            while (_waiting.TryPeek(out var next))
            {
                using var transaction = link.Connection.BeginTransaction();
                next(transaction);
                transaction.Commit();
                _waiting.Dequeue();
                link.Database.EndsAt = link.Connection.ExecuteScalar<long?>("SELECT max(seq) FROM journal") ?? 0;
            }

            return null;
        }
        catch (SqliteException refused)
        {
            return new JournalTrouble(DatabaseTroubles.Of(refused), refused.Message);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or StorageException)
        {
            return new JournalTrouble(DiskRefusals.Of(refused) == DiskRefusal.Full ? DatabaseTrouble.Full : DatabaseTrouble.Failing, refused.Message);
        }
    }

    private bool Append<T>(DateTimeOffset at, string kind, T entry, JsonTypeInfo<T> type)
    {
        var row = new JournalEntry(at, kind, null, JsonSerializer.Serialize(entry, type));
        return Write(transaction => Insert(transaction, row));
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

    private static Action<SqliteTransaction> All(IReadOnlyList<JournalEntry> entries, IReadOnlyList<Incident> incidents,
        IReadOnlyList<OutboxRow> told) => transaction =>
    {
        foreach (var entry in entries)
            Insert(transaction, entry);
        foreach (var incident in incidents)
            Project(transaction, incident);
        foreach (var row in told)
            Enqueue(transaction, row);
    };

    public static void Insert(SqliteTransaction transaction, JournalEntry entry) =>
        transaction.Connection!.Execute(
            "INSERT INTO journal (at, kind, incident, body) VALUES (@at, @kind, @incident, @body)",
            new { at = Micros.Of(entry.At), kind = entry.Kind, incident = entry.Incident, body = entry.Body },
            transaction);

    private static void Project(SqliteTransaction transaction, Incident incident) =>
        transaction.Connection!.Execute(
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

    private static void Enqueue(SqliteTransaction transaction, OutboxRow row) =>
        transaction.Connection!.Execute(
            """
            INSERT INTO outbox (notifier, notice, incident, kind, created_at, due_at, attempts, problem)
            VALUES (@notifier, @notice, @incident, @kind, @created, @due, @attempts, @problem) ON CONFLICT DO NOTHING
            """,
            new
            {
                notifier = row.Notifier,
                notice = row.Notice,
                incident = row.Incident,
                kind = row.Kind,
                created = row.CreatedAt,
                due = row.DueAt,
                attempts = row.Attempts,
                problem = row.Problem,
            },
            transaction);
}
