using Agent.Domain.Observations;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Agent.Storage;

/// <summary>
/// Writes figures for charts: one small transaction a minute, and after each hour its minutes as one row. Minutes stay for a day, hours for 90 days of
/// records; counted in records and not by the clock, so that a clock that is years ahead takes no history. Other parts lose nothing by it: it waits
/// for nobody, keeps nothing in memory for a disk that refuses, and does not touch the room that is kept back for the journal.
/// <para>
/// The bound, with every figure of 16 chips and 4 engines in every minute: 650,000 rows and 20 MB. Usual hosts have a third of it, because slow probes
/// look seldom. More than <see cref="MostSeries"/> figures are not kept.
/// </para>
/// </summary>
/// <param name="link">The way of this caller alone to the database.</param>
internal sealed class MeasureWriter(DatabaseLink link) : IDisposable
{
    public const int MostSeries = 400;
    public const int HoursOfMinutes = 25;
    public const int Hours = 90 * 24;
    private const int MinutesOfHour = 60;
    private const double Thousandths = 1000;

    private readonly Dictionary<(string Subject, string Name), long?> _series = [];
    private int _generation = -1;
    private long? _foldedBefore;

    /// <returns>Why nothing was written; null when it was.</returns>
    public string? Write(MeasureBatch batch, DateTimeOffset hostNow)
    {
        try
        {
            Into(batch, MinuteOf(hostNow));
            return null;
        }
        catch (SqliteException refused)
        {
            if (DatabaseTroubles.Of(refused) is not (DatabaseTrouble.Full or DatabaseTrouble.Busy))
                link.Close();
            _series.Clear();
            return refused.Message;
        }
    }

    public void Dispose() => link.Dispose();

    internal static long MinuteOf(DateTimeOffset at) => (long)Math.Floor((at - DateTimeOffset.UnixEpoch).TotalMinutes);

    private void Into(MeasureBatch batch, long minute)
    {
        var connection = link.Connection;
        // A chart may lose its last minutes with the power. So no write waits for the disk; the journal's next one takes it along.
        connection.Execute("PRAGMA synchronous=NORMAL");
        if (_generation != link.Database.Generation)
        {
            _series.Clear();
            (_generation, _foldedBefore) = (link.Database.Generation, null);
        }

        using var transaction = connection.BeginTransaction();
        foreach (var ((subject, name), tally) in batch.Figures)
        {
            if (SeriesOf(subject, name, transaction) is { } series)
                Put(transaction, minute, series, tally);
        }

        foreach (var ((subject, probe), gap) in batch.Gaps)
        {
            if (SeriesOf(subject, probe, transaction) is { } series)
                connection.Execute(
                    """
                    INSERT INTO look_gaps (bucket, series, missed, seconds) VALUES (@hour, @series, @missed, @seconds)
                    ON CONFLICT (bucket, series) DO UPDATE SET missed = missed + @missed, seconds = seconds + @seconds
                    """,
                    new { hour = minute / MinutesOfHour, series, missed = (long)gap.Missed, seconds = (long)Math.Round(gap.Unseen.TotalSeconds) },
                    transaction);
        }

        var hour = minute / MinutesOfHour;
        var isNewHour = _foldedBefore != hour;
        if (isNewHour)
            Fold(transaction, hour);
        transaction.Commit();
        if (isNewHour)
            _foldedBefore = hour;
    }

    private static void Put(SqliteTransaction transaction, long minute, long series, MeasureTally tally) => transaction.Connection!.Execute(
        """
        INSERT INTO measure_minutes (bucket, series, least, most, mean, count) VALUES (@minute, @series, @least, @most, @mean, @count)
        ON CONFLICT (bucket, series) DO UPDATE SET least = min(least, @least), most = max(most, @most),
          mean = (mean * count + @mean * @count) / (count + @count), count = count + @count
        """,
        new
        {
            minute,
            series,
            least = Whole(tally.Least),
            most = Whole(tally.Most),
            mean = Whole(tally.Sum / tally.Count),
            count = (long)tally.Count,
        },
        transaction);

    // Counters of devices are 64 bits wide, and a device that counts nonsense must not end the write of all others.
    private static long Whole(double value) => (long)Math.Clamp(Math.Round(value * Thousandths), -1e15, 1e15);

    private long? SeriesOf(Subject subject, string name, SqliteTransaction transaction)
    {
        var key = (subject.ToString(), name);
        if (_series.TryGetValue(key, out var known))
            return known;
        var row = new { subject = key.Item1, name };
        var connection = transaction.Connection!;
        if (connection.ExecuteScalar<long>("SELECT count(*) FROM measure_series", transaction: transaction) < MostSeries)
            connection.Execute("INSERT INTO measure_series (subject, name) VALUES (@subject, @name) ON CONFLICT DO NOTHING", row, transaction);
        return _series[key] = connection.ExecuteScalar<long?>("SELECT id FROM measure_series WHERE subject = @subject AND name = @name", row, transaction);
    }

    /// <summary>
    /// Minutes of whole hours become hours. The first fold of an agent does the whole day anew, because the agent before may have been killed.
    /// </summary>
    private void Fold(SqliteTransaction transaction, long hour)
    {
        var connection = transaction.Connection!;
        var since = _foldedBefore is { } before && before < hour ? before : hour - (HoursOfMinutes - 1);
        connection.Execute(
            """
            INSERT OR REPLACE INTO measure_hours (bucket, series, least, most, mean, count)
            SELECT bucket / 60, series, min(least), max(most), sum(mean * count) / sum(count), sum(count) FROM measure_minutes
            WHERE bucket >= @since * 60 AND bucket < @hour * 60 GROUP BY bucket / 60, series
            """,
            new { since, hour },
            transaction);
        foreach (var (table, unit, kept) in ((string, int, int)[])
            [("measure_minutes", MinutesOfHour, HoursOfMinutes), ("measure_hours", 1, Hours), ("look_gaps", 1, Hours)])
            Forget(transaction, table, unit, kept, hour);
        connection.Execute(
            """
            DELETE FROM measure_series WHERE id NOT IN
              (SELECT series FROM measure_minutes UNION SELECT series FROM measure_hours UNION SELECT series FROM look_gaps)
            """,
            transaction: transaction);
        _series.Clear();
    }

    /// <summary>
    /// Drops what is too old, and what a clock that was ahead left in the future. A clock that is behind has nothing in the past and drops nothing.
    /// </summary>
    private static void Forget(SqliteTransaction transaction, string table, int unit, int kept, long hour)
    {
        var connection = transaction.Connection!;
        List<long> hours = [.. connection.Query<long>($"SELECT DISTINCT bucket / {unit} AS hour FROM {table} ORDER BY hour DESC", transaction: transaction)];
        var future = hours.Count(h => h > hour + 1);
        if (future < hours.Count - future)
            connection.Execute($"DELETE FROM {table} WHERE bucket >= @first", new { first = (hour + 2) * unit }, transaction);
        else
            future = 0;
        if (hours.Count - future > kept)
            connection.Execute($"DELETE FROM {table} WHERE bucket < @first", new { first = hours[future + kept - 1] * unit }, transaction);
    }
}
