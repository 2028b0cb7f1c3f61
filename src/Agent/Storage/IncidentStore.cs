using System.Text.Json;
using Agent.Adapters;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.ForeignText;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>An incident with all its events.</summary>
internal sealed record IncidentHistory(Incident Incident, IReadOnlyList<IncidentEvent> Events)
{
    /// <summary>The fold of the events; null when the first event does not open an incident.</summary>
    public static IncidentHistory? Of(string id, IReadOnlyList<IncidentEvent> events) => events is [Suspected first, ..]
        ? new IncidentHistory(events.Skip(1).Aggregate(Incident.Open(id, first), (incident, happened) => incident.Apply(happened)), events)
        : null;

    /// <summary>
    /// The same with the times that the host's clock shows, for parts that tell people. Entries of an earlier boot keep their times.
    /// </summary>
    public IncidentHistory ToldBy(TimeProvider clock) => clock.SetBy() is var by && by == TimeSpan.Zero
        ? this
        : Of(Incident.Id, [.. Events.Select(e => e.At < clock.Zero() ? e : e with { At = e.At + by })])!;

    /// <summary>The number of recoveries begun since a time. To go on after an interruption counts as the same recovery.</summary>
    public int RecoveriesSince(DateTimeOffset time)
    {
        var count = 0;
        var incident = Incident.Open(Incident.Id, (Suspected)Events[0]);
        foreach (var happened in Events.Skip(1))
        {
            var after = incident.Apply(happened);
            // A recovery that could not begin is given back.
            count += happened.At >= time ? after.Attempts.Count - incident.Attempts.Count : 0;
            incident = after;
        }

        return count;
    }
}

/// <param name="Found">In no order.</param>
/// <param name="LeftOut">Incidents that are over and were too many to read.</param>
internal sealed record IncidentsWithin(IReadOnlyList<IncidentHistory> Found, int LeftOut);

/// <summary>Reads the content of the journal. An incident is always the fold of its events, so nothing can drift.</summary>
/// <param name="open">Opens a connection for this caller alone.</param>
/// <param name="gate">The text of others passes it.</param>
/// <param name="told">The host's clock, for parts that tell people: times are as this clock shows them. Null: times are as the agent counts.</param>
internal sealed class IncidentStore(Func<SqliteConnection> open, TextGate gate, JournalClock? told = null)
{
    private readonly EventJson _events = new(gate);

    /// <summary>A store that goes on when the database file is replaced.</summary>
    public static IncidentStore Of(Database database, TextGate gate)
    {
        var link = new DatabaseLink(database);
        return new IncidentStore(() => link.Connection, gate);
    }

    /// <summary>The same for parts that tell people, who go by the host's clock.</summary>
    public static IncidentStore Told(Database database, TextGate gate, string boot, TimeProvider clock)
    {
        var link = new DatabaseLink(database);
        return new IncidentStore(() => link.Connection, gate, new JournalClock(() => link.Connection, boot, clock.OfHost()));
    }

    public IncidentStore(SqliteConnection connection, TextGate gate)
        : this(() => connection, gate)
    {
    }

    public IncidentHistory? Load(string id)
    {
        var ahead = told?.Ahead() ?? JournalShift.None;
        var events = open().Query<JournalRow>("SELECT seq, at, kind, incident, body FROM journal WHERE incident = @id ORDER BY seq", new { id })
            .Select(row => ahead.Of(row.Seq, _events.Read(row)))
            .OfType<IncidentEvent>()
            .ToList();
        return IncidentHistory.Of(id, events);
    }

    public IReadOnlyList<IncidentHistory> LoadOpen() =>
        [.. Ids("SELECT id FROM incidents WHERE is_open = 1 ORDER BY suspected_at").Select(Load).OfType<IncidentHistory>()];

    public IReadOnlyList<IncidentHistory> EndedSince(DateTimeOffset time) =>
        [.. open().Query<string>("SELECT id FROM incidents WHERE is_open = 0 AND ended_at >= @time ORDER BY suspected_at", new { time = Micros.Of(time) })
            .Select(Load).OfType<IncidentHistory>()];

    /// <summary>The newest incident comes first.</summary>
    public IReadOnlyList<IncidentHistory> List(bool all, DateTimeOffset since, int limit)
    {
        // Times are kept as they were counted. If the host's clock is ahead, times are told later than counted, so the search begins earlier.
        if (told?.Ahead() is { } ahead && ahead.By > TimeSpan.Zero && since - DateTimeOffset.MinValue > ahead.By)
            since -= ahead.By;
        var rows = open().Query<IncidentRow>(
            """
            SELECT id, fault, subject, state, is_open AS IsOpen, suspected_at AS SuspectedAt, ended_at AS EndedAt, summary FROM incidents
            WHERE (suspected_at >= @since OR is_open = 1) AND (@all = 1 OR state <> 'Dismissed') ORDER BY suspected_at DESC LIMIT @limit
            """,
            new { since = Micros.Of(since), all = all ? 1L : 0L, limit });
        return [.. rows.Select(r => Load(r.Id)).OfType<IncidentHistory>()];
    }

    /// <summary>All that was open at some moment between two times: what is still open always, and the newest of what is over.</summary>
    public IncidentsWithin Within(DateTimeOffset from, DateTimeOffset to, int mostEnded)
    {
        // Times are kept as they were counted, and told by the host's clock where that was set meanwhile. So the search is wider by the difference.
        var by = told?.Ahead().By ?? TimeSpan.Zero;
        var window = new
        {
            from = Micros.Of(from) - Math.Max(0, by.Ticks / TimeSpan.TicksPerMicrosecond),
            to = Micros.Of(to) + Math.Max(0, -by.Ticks / TimeSpan.TicksPerMicrosecond),
        };
        List<string> ended = [.. open().Query<string>(
            """
            SELECT id FROM incidents WHERE is_open = 0 AND state <> 'Dismissed' AND ended_at >= @from AND suspected_at < @to ORDER BY ended_at DESC, id DESC
            """,
            window)];
        List<string> still = [.. open().Query<string>("SELECT id FROM incidents WHERE is_open = 1 AND suspected_at < @to", window)];
        return new IncidentsWithin([.. still.Concat(ended.Take(mostEnded)).Select(Load).OfType<IncidentHistory>()], Math.Max(0, ended.Count - mostEnded));
    }

    /// <summary>The newest incident that was believed: neither a suspicion nor a dismissed one.</summary>
    public IncidentHistory? NewestConfirmed() =>
        Ids("SELECT id FROM incidents WHERE state NOT IN ('Suspected', 'Dismissed') ORDER BY suspected_at DESC, id DESC LIMIT 1")
            .Select(Load).OfType<IncidentHistory>().FirstOrDefault();

    /// <summary>The number of recoveries of one fault of one subject begun since a time, over all its incidents.</summary>
    public int RecoveriesSince(string fault, Subject subject, DateTimeOffset since) =>
        open().Query<string>(
            "SELECT id FROM incidents WHERE fault = @fault AND subject = @subject AND (is_open = 1 OR ended_at >= @since)",
            new { fault, subject = subject.ToString(), since = Micros.Of(since) })
            .Select(Load).OfType<IncidentHistory>().Sum(h => h.RecoveriesSince(since));

    /// <summary>The attempts that budgets count.</summary>
    public IReadOnlyList<BudgetUse> Uses(DateTimeOffset since) =>
        open().Query<JournalRow>("SELECT seq, at, kind, incident, body FROM journal WHERE kind IN ('step-started', 'step-ended') AND at >= @since ORDER BY "
            + "seq", new { since = Micros.Of(since) })
            .Select(_events.Read)
            .OfType<IncidentEvent>()
            .Aggregate(Budgets.Unlimited, (budgets, happened) => budgets.After(happened))
            .Uses;

    /// <summary>Maintenance windows that have not ended; a later entry for a subject replaces an earlier one.</summary>
    public IReadOnlyList<Maintenance> Maintenances(DateTimeOffset now) =>
        [.. Entries(Journal.MaintenanceKind)
            .Select(row => JsonSerializer.Deserialize(row.Body, _events.Json.Maintenance)!.From(Micros.Time(row.At)).NotAfter(now))
            .GroupBy(m => m.Subject)
            .Select(g => g.Last())
            .Where(m => m.IsActive(now))];

    public IReadOnlyDictionary<string, EngineWanted> WantedEngines() =>
        Entries(Journal.EngineWantedKind)
            .Select(row => JsonSerializer.Deserialize(row.Body, _events.Json.EngineWanted)!)
            .GroupBy(w => w.Engine, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);

    private IEnumerable<JournalRow> Entries(string kind) =>
        open().Query<JournalRow>("SELECT seq, at, kind, incident, body FROM journal WHERE kind = @kind ORDER BY seq", new { kind });

    private IEnumerable<string> Ids(string statement) => open().Query<string>(statement);
}
