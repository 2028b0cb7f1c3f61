using Agent.Domain.Availability;
using Agent.Domain.Observations;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>The spans of one subject that changed. A number above that of the open span was taken back.</summary>
internal sealed record ServicePage(Subject Subject, IReadOnlyList<ServiceSpan> Closed, ServiceSpan? Open);

/// <summary>A change of the ledger of lost service, in one transaction.</summary>
/// <param name="Pages">What changed.</param>
/// <param name="SeenAt">All open spans are true at this moment.</param>
/// <param name="Boot">The present boot.</param>
/// <param name="Forget">Spans that ended before this time are dropped; null: none.</param>
internal sealed record ServiceWrite(IReadOnlyList<ServicePage> Pages, DateTimeOffset SeenAt, string Boot, DateTimeOffset? Forget = null)
{
    /// <summary>The bound of the ledger on disk: some 10 MB. An engine that flaps loses its oldest spans and not the disk.</summary>
    public const int MostSpans = 50_000;

    public void Into(SqliteTransaction transaction)
    {
        var connection = transaction.Connection!;
        foreach (var page in Pages)
        {
            if (page.Open is { } open)
                connection.Execute("DELETE FROM service WHERE subject = @subject AND number > @number",
                    new { subject = page.Subject.ToString(), number = (long)open.Number }, transaction);
            foreach (var span in page.Closed)
                Put(transaction, ServiceRow.Of(span, isOpen: false));
            if (page.Open is { } last)
                Put(transaction, ServiceRow.Of(last, isOpen: true));
        }

        connection.Execute(
            "INSERT INTO service_seen (id, at, boot) VALUES (1, @at, @boot) ON CONFLICT (id) DO UPDATE SET at = @at, boot = @boot",
            new { at = Micros.Of(SeenAt), boot = Boot },
            transaction);
        if (Forget is not { } before)
            return;
        connection.Execute("DELETE FROM service WHERE is_open = 0 AND ended < @before", new { before = Micros.Of(before) }, transaction);
        connection.Execute(
            """
            DELETE FROM service WHERE is_open = 0 AND ended <= (SELECT ended FROM service WHERE is_open = 0 ORDER BY ended DESC LIMIT 1 OFFSET @most)
            """,
            new { most = (long)MostSpans },
            transaction);
    }

    private static void Put(SqliteTransaction transaction, ServiceRow row) =>
        transaction.Connection!.Execute(
            """
            INSERT OR REPLACE INTO service
              (subject, number, state, began, ended, is_open, why, boot, run, incident, fault, detected_at, running, waiting, aborted, speed)
            VALUES (@subject, @number, @state, @began, @ended, @isOpen, @why, @boot, @run, @incident, @fault, @detectedAt, @running, @waiting, @aborted,
              @speed)
            """,
            new
            {
                subject = row.Subject,
                number = row.Number,
                state = row.State,
                began = row.Began,
                ended = row.Ended,
                isOpen = row.IsOpen,
                why = row.Why,
                boot = row.Boot,
                run = row.Run,
                incident = row.Incident,
                fault = row.Fault,
                detectedAt = row.DetectedAt,
                running = row.Running,
                waiting = row.Waiting,
                aborted = row.Aborted,
                speed = row.Speed,
            },
            transaction);
}
