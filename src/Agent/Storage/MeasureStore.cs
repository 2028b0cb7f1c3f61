using Agent.Domain.Observations;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>Reads figures for charts, and what probes could not see.</summary>
/// <param name="open">Opens a connection for this caller alone.</param>
internal sealed class MeasureStore(Func<SqliteConnection> open)
{
    /// <summary>A chart is not wider on paper, and a report is one file.</summary>
    public const int MostPoints = 96;

    private const double Thousandths = 1000;
    private const int MinutesOfHour = 60;

    /// <summary>Minutes are there for a day.</summary>
    private static readonly TimeSpan ByMinutes = TimeSpan.FromHours(25);

    /// <summary>A program that is newer than the agent beside it finds no table.</summary>
    public bool IsThere() => open().ExecuteScalar<long>("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'measure_hours'") > 0;

    /// <summary>All figures of a window, by subject and name, in at most <see cref="MostPoints"/> points each.</summary>
    public IReadOnlyList<MeasureLine> Lines(DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = (MeasureWriter.MinuteOf(from), MeasureWriter.MinuteOf(to));
        var (firstHour, lastHour) = (first / MinutesOfHour, last / MinutesOfHour);
        // What is told by hours goes from whole hour to whole hour: the next report begins with the hour that was not over.
        if (to - from > ByMinutes)
            (first, last) = (firstHour * MinutesOfHour, lastHour * MinutesOfHour);
        var step = Math.Max(1, (last - first + MostPoints - 1) / MostPoints);
        if (to - from > ByMinutes)
            step = (step + MinutesOfHour - 1) / MinutesOfHour * MinutesOfHour;
        var oldest = open().ExecuteScalar<long?>("SELECT min(bucket) FROM measure_minutes WHERE bucket >= @first", new { first });
        // Hours that are folded are told by hours; in a window of a day, by minutes as far as these go back. Minutes go by whole hours.
        var minutesHour = to - from > ByMinutes
            ? (open().ExecuteScalar<long?>("SELECT max(bucket) FROM measure_hours WHERE bucket < @lastHour", new { lastHour }) ?? firstHour - 1) + 1
            : oldest is { } there ? there / MinutesOfHour : lastHour;
        minutesHour = Math.Clamp(minutesHour, firstHour, lastHour);
        var minutesFrom = Math.Max(first, minutesHour * MinutesOfHour);
        var rows = open().Query<MeasureRow>(
            """
            SELECT s.subject, s.name, p.slot, min(p.least) AS Least, max(p.most) AS Most, sum(p.mean * p.count) / sum(p.count) AS Mean
            FROM (
              SELECT series, (bucket - @first) / @step AS slot, least, most, mean, count FROM measure_minutes
              WHERE bucket >= @minutesFrom AND bucket < @last
              UNION ALL
              SELECT series, max(0, bucket * 60 - @first) / @step AS slot, least, most, mean, count FROM measure_hours
              WHERE bucket >= @firstHour AND bucket < @minutesHour
            ) p JOIN measure_series s ON s.id = p.series
            GROUP BY s.subject, s.name, p.slot ORDER BY s.subject, s.name, p.slot
            """,
            new { first, last, step, firstHour, minutesHour, minutesFrom });
        var begin = MeasureWriter.MinuteOf(from);
        return [.. from row in rows
                   group row by (row.Subject, row.Name) into points
                   where Subject.TryParse(points.Key.Subject, out _)
                   select new MeasureLine(SubjectOf(points.Key.Subject), points.Key.Name, [.. points.Select(p => new MeasurePoint(
                       DateTimeOffset.UnixEpoch.AddMinutes(Math.Max(begin, first + (p.Slot * step))),
                       p.Least / Thousandths, p.Most / Thousandths, p.Mean / Thousandths))])];
    }

    /// <summary>The oldest figure, or the oldest look that saw nothing; null: there are none.</summary>
    public DateTimeOffset? Since()
    {
        var minute = open().ExecuteScalar<long?>(
            """
            SELECT min(minute) FROM
              (SELECT min(bucket) AS minute FROM measure_minutes UNION ALL SELECT min(bucket) * 60 FROM measure_hours
               UNION ALL SELECT min(bucket) * 60 FROM look_gaps)
            """);
        return minute is { } at ? DateTimeOffset.UnixEpoch.AddMinutes(at) : null;
    }

    /// <summary>
    /// What could not be looked at in a window, the longest first. It is counted by whole hours, and each hour belongs to one window alone: a window that
    /// ends within an hour leaves that hour to the next.
    /// </summary>
    public IReadOnlyList<LookGap> Gaps(DateTimeOffset from, DateTimeOffset to)
    {
        var rows = open().Query<LookGapRow>(
            """
            SELECT s.subject, s.name, sum(g.missed) AS Missed, sum(g.seconds) AS Seconds FROM look_gaps g JOIN measure_series s ON s.id = g.series
            WHERE g.bucket >= @from AND g.bucket < @to GROUP BY s.subject, s.name ORDER BY 4 DESC, 1, 2
            """,
            new { from = MeasureWriter.MinuteOf(from) / MinutesOfHour, to = MeasureWriter.MinuteOf(to) / MinutesOfHour });
        return [.. rows.Where(r => Subject.TryParse(r.Subject, out _)).Select(r =>
            new LookGap(r.Name, SubjectOf(r.Subject), (int)r.Missed, TimeSpan.FromSeconds(r.Seconds)))];
    }

    private static Subject SubjectOf(string text) => Subject.TryParse(text, out var subject) ? subject : default;
}
