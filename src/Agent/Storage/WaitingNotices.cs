namespace Agent.Storage;

/// <summary>
/// The notices that are still to be told, in memory. So a disk that takes nothing, or a lost database, keeps no notice from anybody. The rows of the
/// outbox are their copy on disk. The loop puts notices in, and the dispatcher takes them out.
/// </summary>
/// <param name="notifiers">The names of the notifiers that are told of everything.</param>
internal sealed class WaitingNotices(IReadOnlyList<string> notifiers)
{
    public const string Waiting = "waiting";

    /// <summary>The kind of a row that tells of a health report. Its incident is the report's name.</summary>
    public const string ReportKind = "report";

    /// <summary>A result that found no row for this long will find none: history was pruned, or the row was never written.</summary>
    private static readonly TimeSpan ResultKept = TimeSpan.FromDays(2);

    private const int MostDue = 100;

    private readonly Lock _changing = new();
    private readonly List<OutboxRow> _rows = [];
    private long _last;

    /// <summary>The rows of one notice, one for each notifier.</summary>
    public IReadOnlyList<OutboxRow> RowsOf(string incident, string kind, DateTimeOffset at) => RowsOf(notifiers, incident, $"{incident}/{kind}", kind, at);

    /// <summary>The rows of a report that is kept, one for each notifier that wants it.</summary>
    public static IReadOnlyList<OutboxRow> RowsOfReport(string report, IReadOnlyList<string> receivers, DateTimeOffset at) =>
        RowsOf(receivers, report, report, ReportKind, at);

    private static IReadOnlyList<OutboxRow> RowsOf(IReadOnlyList<string> receivers, string incident, string notice, string kind, DateTimeOffset at) =>
        [.. receivers.Select(n => new OutboxRow
        {
            Notifier = n,
            Notice = notice,
            Incident = incident,
            Kind = kind,
            CreatedAt = Micros.Of(at),
            DueAt = Micros.Of(at),
            State = Waiting,
        })];

    /// <summary>Takes rows up, each notice once for each notifier.</summary>
    public void Put(IEnumerable<OutboxRow> rows)
    {
        lock (_changing)
        {
            foreach (var row in rows.Where(row => !_rows.Exists(known => known.IsSameAs(row))))
            {
                row.Id = ++_last;
                _rows.Add(row);
            }
        }
    }

    /// <summary>All rows that are not told yet, and rows that were told while the disk does not say so.</summary>
    public IReadOnlyList<OutboxRow> All()
    {
        lock (_changing)
            return [.. _rows.Where(r => r.State == Waiting || r.IsUnrecorded)];
    }

    /// <summary>The oldest waiting row of each incident that is due for a receiver. So a resolve never overtakes its alarm.</summary>
    /// <param name="notifier">The receiver.</param>
    /// <param name="now">The present time.</param>
    /// <param name="tooFar">A row that is due later than this was put in before the clock was set back.</param>
    public IReadOnlyList<OutboxRow> Due(string notifier, DateTimeOffset now, DateTimeOffset tooFar)
    {
        lock (_changing)
            return [.. Foremost(notifier).Where(r => r.DueAt <= Micros.Of(now) || r.DueAt > Micros.Of(tooFar)).Take(MostDue)];
    }

    /// <summary>What waits for receivers that are not told of anything any more.</summary>
    public IReadOnlyList<OutboxRow> ForNobody()
    {
        lock (_changing)
            return [.. _rows.Where(r => r.State == Waiting && !notifiers.Contains(r.Notifier, StringComparer.Ordinal))];
    }

    /// <summary>The rows, each with those that wait behind it for the same receiver and incident.</summary>
    public IReadOnlyList<OutboxRow> WithFollowing(IReadOnlyList<OutboxRow> rows)
    {
        lock (_changing)
            return [.. rows.SelectMany(row => _rows.Where(r => r.State == Waiting && r.Notifier == row.Notifier && r.Incident == row.Incident))];
    }

    /// <summary>Whether something waits for a receiver that did not take it.</summary>
    public bool HasTried(string notifier)
    {
        lock (_changing)
            return _rows.Exists(r => r.State == Waiting && r.Notifier == notifier && r.Attempts > 0);
    }

    /// <summary>How many wait for a receiver, and since when the oldest does.</summary>
    public (int Count, DateTimeOffset? OldestAt) WaitingFor(string notifier)
    {
        lock (_changing)
        {
            List<long> waiting = [.. _rows.Where(r => r.State == Waiting && r.Notifier == notifier).Select(r => r.CreatedAt)];
            return (waiting.Count, waiting.Count > 0 ? Micros.Time(waiting.Min()) : null);
        }
    }

    /// <summary>Puts them off without a try.</summary>
    public void Postpone(IEnumerable<OutboxRow> rows, DateTimeOffset until)
    {
        lock (_changing)
        {
            foreach (var row in rows)
                row.DueAt = Micros.Of(until);
        }
    }

    /// <summary>Takes rows up that were given up before.</summary>
    public void PutAgain(IReadOnlyList<OutboxRow> rows)
    {
        lock (_changing)
            _rows.RemoveAll(known => rows.Any(known.IsSameAs));
        Put(rows);
    }

    /// <summary>When the next row is due for a receiver; null when nothing waits. A row that waits behind another one is not due by itself.</summary>
    public DateTimeOffset? NextDue(string notifier)
    {
        lock (_changing)
            return Foremost(notifier).Select(r => (long?)r.DueAt).Min() is { } at ? Micros.Time(at) : null;
    }

    /// <summary>Takes the result of a try. It is not on disk before <see cref="Recorded"/>.</summary>
    public void Tried(OutboxRow row, string state, DateTimeOffset due, string problem)
    {
        lock (_changing)
        {
            (row.State, row.DueAt, row.Problem, row.IsUnrecorded) = (state, Micros.Of(due), problem, true);
            row.Attempts++;
        }
    }

    /// <summary>A copy of the results that are not on disk.</summary>
    public IReadOnlyList<OutboxRow> Unrecorded()
    {
        lock (_changing)
            return [.. _rows.Where(r => r.IsUnrecorded)];
    }

    /// <summary>A row on disk took the result. A told notice is forgotten when it cannot come back any more.</summary>
    public void Recorded(OutboxRow row, bool found, DateTimeOffset now)
    {
        lock (_changing)
        {
            row.IsUnrecorded = !found && now - Micros.Time(row.CreatedAt) < ResultKept;
            _rows.RemoveAll(r => r is { State: not Waiting, IsUnrecorded: false } && now - Micros.Time(r.CreatedAt) >= ResultKept);
        }
    }

    /// <summary>The oldest waiting row of each incident. Each is read while the rows do not change.</summary>
    private IEnumerable<OutboxRow> Foremost(string notifier)
    {
        var earlier = new HashSet<string>(StringComparer.Ordinal);
        return _rows.Where(r => r.State == Waiting && r.Notifier == notifier && earlier.Add(r.Incident));
    }
}
