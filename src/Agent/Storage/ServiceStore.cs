using Agent.Adapters;
using Agent.Domain.Availability;
using Agent.Domain.Observations;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>What the agent before left of a subject's ledger.</summary>
/// <param name="Open">The span that was open.</param>
/// <param name="Before">The one before it.</param>
internal sealed record ServiceLeft(ServiceSpan Open, ServiceSpan? Before);

/// <summary>Reads the ledger of lost service.</summary>
/// <param name="open">Opens a connection for this caller alone.</param>
/// <param name="told">The host's clock, for parts that tell people; null: times are as the agent counts.</param>
internal sealed class ServiceStore(Func<SqliteConnection> open, JournalClock? told = null)
{
    private const string Columns = """
        subject, number, state, began, ended, is_open AS IsOpen, why, boot, run, incident, fault, detected_at AS DetectedAt, running, waiting, aborted, speed
        """;

    /// <summary>A store for parts that tell people, who go by the host's clock.</summary>
    public static ServiceStore Told(Database database, string boot, TimeProvider clock)
    {
        var link = new DatabaseLink(database);
        return new ServiceStore(() => link.Connection, new JournalClock(() => link.Connection, boot, clock.OfHost()));
    }

    /// <summary>The last moment that is recorded, and its boot; null: there is no ledger yet.</summary>
    public (DateTimeOffset At, string Boot)? Seen() =>
        open().QueryFirstOrDefault<SeenRow>("SELECT at, boot FROM service_seen") is { } row ? (Micros.Time(row.At), row.Boot) : null;

    /// <summary>A program that is newer than the agent beside it finds no table.</summary>
    public bool IsThere() => open().ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'service'") > 0;

    /// <summary>Since when the ledger tells of anything; null: it tells of nothing yet.</summary>
    public DateTimeOffset? RecordsSince() =>
        Spans(open().Query<ServiceRow>($"SELECT {Columns} FROM service ORDER BY began LIMIT 1")).Select(s => (DateTimeOffset?)s.From).FirstOrDefault();

    public IReadOnlyList<ServiceLeft> Left() =>
    [
        .. from last in Spans(open().Query<ServiceRow>($"SELECT {Columns} FROM service WHERE is_open = 1"))
           select new ServiceLeft(last, Spans(open().Query<ServiceRow>(
               $"SELECT {Columns} FROM service WHERE subject = @subject AND number = @number",
               new { subject = last.Subject.ToString(), number = (long)last.Number - 1 })).FirstOrDefault()),
    ];

    /// <summary>Subjects of which there is anything after a time.</summary>
    public IReadOnlyList<Subject> Subjects(DateTimeOffset from)
    {
        List<Subject> subjects = [];
        foreach (var text in open().Query<string>("SELECT DISTINCT subject FROM service WHERE ended >= @from OR is_open = 1 ORDER BY subject DESC",
            new { from = Micros.Of(from) }))
        {
            if (Subject.TryParse(text, out var subject))
                subjects.Add(subject);
        }

        return subjects;
    }

    /// <summary>Spans of a subject that end after a time, the oldest first.</summary>
    public IReadOnlyList<ServiceSpan> Since(Subject subject, DateTimeOffset from)
    {
        var by = told?.Ahead().By ?? TimeSpan.Zero;
        // Times are kept as they were counted. If the host's clock is ahead, the search begins earlier.
        if (by > TimeSpan.Zero && from - DateTimeOffset.MinValue > by)
            from -= by;
        return Spans(open().Query<ServiceRow>(
            $"SELECT {Columns} FROM service WHERE subject = @subject AND (ended >= @from OR is_open = 1) ORDER BY number",
            new { subject = subject.ToString(), from = Micros.Of(from) }));
    }

    /// <summary>The outages of an incident, engine by engine.</summary>
    public IReadOnlyList<ServiceSpan> OfIncident(string incident) =>
        Spans(open().Query<ServiceRow>($"SELECT {Columns} FROM service WHERE incident = @incident ORDER BY subject, number", new { incident }));

    private List<ServiceSpan> Spans(IEnumerable<ServiceRow> rows)
    {
        var (ahead, seen) = (told?.Ahead() ?? JournalShift.None, told is null ? null : Seen());
        List<ServiceSpan> spans = [];
        foreach (var row in rows)
        {
            if (row.Span() is not { } span)
                continue;
            // People are told up to the last record; an agent that takes up needs the span as it was written.
            if (row.IsOpen == 1 && seen is { } last && last.Boot == span.Boot && last.At > span.To)
                span = span with { To = last.At };
            spans.Add(told is not null && span.Boot == told.Boot ? span.Moved(ahead.By) : span);
        }

        return spans;
    }

    /// <summary>For Dapper.</summary>
    internal sealed class SeenRow
    {
        public long At { get; set; }

        public string Boot { get; set; } = "";
    }
}
