using System.Globalization;
using Agent.Domain.Observations;
using Agent.Storage;

namespace Agent.Tests.Storage;

/// <summary>Figures for charts: what is kept of them, for how long, in how much room, and what a bad disk or a bad clock does to them.</summary>
public sealed class MeasureTests : IDisposable
{
    private const string Temperature = "temperature_celsius";

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Subject Chip = Subject.Chip(0, 0);

    private readonly TemporaryFolder _folder = new();
    private readonly Database _database;
    private readonly DatabaseLink _link;
    private readonly MeasureWriter _writer;
    private readonly MeasureStore _store;

    public MeasureTests()
    {
        _database = Database.Open(_folder.Path, Start);
        _link = new DatabaseLink(_database);
        _writer = new MeasureWriter(new DatabaseLink(_database));
        _store = new MeasureStore(() => _link.Connection);
    }

    [Fact]
    public void A_day_is_told_by_minutes_with_least_mean_and_most()
    {
        Write(Start.AddHours(3), 40, 44, 48);
        Write(Start.AddHours(3).AddMinutes(1), 50);
        var points = Points(Start, Start.AddDays(1));
        var point = points.ShouldHaveSingleItem();
        (point.At, point.Least, point.Mean, point.Most).ShouldBe((Start.AddHours(3), 40, 45.5, 50));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(24)]
    [InlineData(200)]
    public void A_window_that_begins_or_ends_within_an_hour_has_what_lies_in_it(int hours)
    {
        Write(Start.AddMinutes(-1), 1);
        Write(Start.AddMinutes(17), 2);
        Write(Start.AddMinutes(18), 3);
        Points(Start, Start.AddHours(hours)).Max(p => p.Most).ShouldBe(3);
        Points(Start, Start.AddHours(hours)).Min(p => p.Least).ShouldBe(2);
    }

    [Fact]
    public void Two_writes_in_one_minute_become_one()
    {
        Write(Start, 40);
        Write(Start.AddSeconds(30), 44, 45);
        var point = Points(Start, Start.AddHours(1)).ShouldHaveSingleItem();
        (point.Least, point.Mean, point.Most).ShouldBe((40, 43, 45));
    }

    [Fact]
    public void A_week_is_told_by_hours_and_no_hour_counts_twice()
    {
        for (var hour = 0; hour <= 7 * 24; hour++)
            Write(Start.AddHours(hour), hour, hour + 2);
        Count("measure_minutes").ShouldBe(MeasureWriter.HoursOfMinutes);
        Count("measure_hours").ShouldBe(7 * 24);
        var points = Points(Start, Start.AddDays(7));
        points.Count.ShouldBe(84);
        points.Select(p => p.At).ShouldBeUnique();
        (points[0].Least, points[0].Mean, points[0].Most).ShouldBe((0, 1.5, 3));
        (points[^1].Least, points[^1].Most).ShouldBe((166, 169));
    }

    [Fact]
    public void Each_hour_is_in_exactly_one_week_where_reports_begin_within_an_hour()
    {
        var begin = Start.AddHours(7.5);
        for (var hour = -2; hour < 48; hour++)
            Write(begin.AddMinutes(20).AddHours(hour), hour);
        // Folded by now are all hours but those of the last day.
        Write(begin.AddDays(9), 999);
        var (before, after) = (Values(begin.AddDays(-7), begin), Values(begin, begin.AddDays(7)));
        before.ShouldBe([-2, -1]);
        after.ShouldBe([.. Enumerable.Range(0, 48).Select(h => (double)h)]);
        Points(begin, begin.AddDays(7))[0].At.ShouldBe(begin, "a chart begins with its window");
    }

    [Fact]
    public void The_hour_that_is_not_over_is_in_the_next_week_alone()
    {
        var end = Start.AddHours(5.5);
        Write(Start.AddDays(-6), 1);
        Write(Start.AddHours(4).AddMinutes(50), 2);
        Write(Start.AddHours(5).AddMinutes(10), 3);
        Points(end.AddDays(-7), end).Select(p => p.Mean).ShouldBe([1, 2]);
        Points(end, end.AddDays(7)).Select(p => p.Mean).ShouldBe([3]);
    }

    [Fact]
    public void A_day_and_the_day_before_share_no_minute_and_lose_none()
    {
        var begin = Start.AddHours(7.5);
        for (var hour = -24; hour < 24; hour++)
        {
            Write(begin.AddMinutes(-10).AddHours(hour), hour);
            Write(begin.AddMinutes(10).AddHours(hour), hour + 0.5);
        }

        Points(begin, begin.AddDays(1)).Max(p => p.Most).ShouldBe(23.5);
        Points(begin, begin.AddDays(1)).Min(p => p.Least).ShouldBe(0.5);
        var before = Points(begin.AddDays(-1), begin);
        (before.Min(p => p.Least), before.Max(p => p.Most)).ShouldBe((-24, 0));
        before.ShouldAllBe(p => p.At >= begin.AddDays(-1) && p.At < begin);
    }

    [Fact]
    public void A_gap_within_the_hour_of_a_report_is_counted_by_one_report()
    {
        var end = Start.AddHours(7.5);
        Gap(end.AddMinutes(-10), "link-health", Subject.Host, 2, 600);
        Gap(end.AddMinutes(10), "link-health", Subject.Host, 1, 300);
        _store.Gaps(end.AddDays(-1), end).ShouldBeEmpty();
        _store.Gaps(end, end.AddDays(1)).ShouldBe([new LookGap("link-health", Subject.Host, 3, TimeSpan.FromMinutes(15))]);
    }

    [Fact]
    public void Since_when_there_are_figures_is_known()
    {
        _store.Since().ShouldBeNull();
        Write(Start.AddMinutes(7), 1);
        _store.Since().ShouldBe(Start.AddMinutes(7));
        Gap(Start.AddHours(-2), "link-health", Subject.Host, 2, 600);
        _store.Since().ShouldBe(Start.AddHours(-2));
    }

    [Fact]
    public void An_agent_that_was_killed_before_it_folded_an_hour_lost_nothing()
    {
        Write(Start.AddMinutes(59), 7);
        using var next = new MeasureWriter(new DatabaseLink(_database));
        next.Write(Batch(8), Start.AddHours(9)).ShouldBeNull();
        next.Write(Batch(9), Start.AddHours(10)).ShouldBeNull();
        Points(Start.AddDays(-3), Start.AddDays(1)).Select(p => p.Mean).ShouldContain(7);
        Count("measure_hours").ShouldBe(2);
    }

    [Fact]
    public void What_could_not_be_looked_at_is_added_up_over_a_window()
    {
        Gap(Start, "link-health", Subject.Host, 2, 600);
        Gap(Start.AddHours(1), "link-health", Subject.Host, 1, 300);
        Gap(Start.AddHours(1), "chip-heat", Chip, 1, 30);
        Gap(Start.AddDays(2), "chip-heat", Chip, 1, 30);
        _store.Gaps(Start, Start.AddDays(1)).ShouldBe(
            [new LookGap("link-health", Subject.Host, 3, TimeSpan.FromMinutes(15)), new LookGap("chip-heat", Chip, 1, TimeSpan.FromSeconds(30))]);
    }

    [Fact]
    public void All_figures_of_16_chips_and_4_engines_for_90_days_keep_to_the_bound()
    {
        List<Subject> chips = [.. Enumerable.Range(0, 16).Select(i => Subject.Chip(i, 0))];
        List<Subject> engines = [.. Enumerable.Range(0, 4).Select(i => Subject.Engine("engine" + i.ToString(CultureInfo.InvariantCulture)))];
        var figures = KeptMeasure.All.SelectMany(m => (m.On == SubjectKind.Chip ? chips : engines).Select(s => (s, m.Name)))
            .ToDictionary(k => k, _ => MeasureTally.Of(12345.678).And(45678.9));
        var last = Start.AddDays(120);
        _writer.Write(new MeasureBatch(figures, new Dictionary<(Subject, string), LookTally>()), last.AddHours(-1)).ShouldBeNull();
        Fill("measure_minutes", MeasureWriter.MinuteOf(last) - (30 * 60), MeasureWriter.MinuteOf(last));
        Fill("measure_hours", (MeasureWriter.MinuteOf(last) / 60) - (100 * 24), MeasureWriter.MinuteOf(last) / 60);
        _writer.Write(new MeasureBatch(figures, new Dictionary<(Subject, string), LookTally>()), last).ShouldBeNull();

        (Count("measure_minutes") + Count("measure_hours")).ShouldBeLessThan(650_000);
        var pages = Ask("SELECT page_count FROM pragma_page_count") - Ask("SELECT freelist_count FROM pragma_freelist_count");
        (pages * Ask("SELECT page_size FROM pragma_page_size")).ShouldBeLessThan(24L << 20);
        _store.Lines(last.AddDays(-1), last).Count.ShouldBe(figures.Count);
    }

    [Fact]
    public void No_more_series_are_kept_than_the_bound_names()
    {
        var figures = Enumerable.Range(0, MeasureWriter.MostSeries + 50).ToDictionary(i => (Subject.Chip(i, 0), Temperature), _ => MeasureTally.Of(1));
        _writer.Write(new MeasureBatch(figures, new Dictionary<(Subject, string), LookTally>()), Start).ShouldBeNull();
        Count("measure_series").ShouldBe(MeasureWriter.MostSeries);
        Count("measure_minutes").ShouldBe(MeasureWriter.MostSeries);
    }

    [Fact]
    public void A_clock_that_was_ahead_takes_no_history_and_leaves_nothing_in_the_future()
    {
        for (var hour = 0; hour < 48; hour++)
            Write(Start.AddHours(hour), hour);
        Write(Start.AddYears(10), 99);
        Write(Start.AddHours(48), 48);
        Write(Start.AddHours(49), 49);
        Points(Start, Start.AddHours(50)).Count.ShouldBeGreaterThan(40);
        Ask($"SELECT count(*) FROM measure_minutes WHERE bucket > {MeasureWriter.MinuteOf(Start.AddYears(1))}").ShouldBe(0);
    }

    [Fact]
    public void A_clock_that_was_far_behind_at_a_boot_takes_no_history()
    {
        for (var hour = 0; hour < 48; hour++)
            Write(Start.AddHours(hour), hour);
        using (var next = new MeasureWriter(new DatabaseLink(_database)))
            next.Write(Batch(1), DateTimeOffset.UnixEpoch.AddHours(2)).ShouldBeNull();
        Write(Start.AddHours(49), 49);
        Points(Start, Start.AddHours(50)).Count.ShouldBeGreaterThan(40);
    }

    [Fact]
    public void A_full_disk_costs_the_figures_of_that_time_alone()
    {
        Write(Start, 40);
        using var link = new DatabaseLink(_database);
        using var writer = new MeasureWriter(link);
        Limit(link, 1);
        var many = Enumerable.Range(0, 300).ToDictionary(i => (Subject.Chip(i, 0), Temperature), _ => MeasureTally.Of(1.5));
        Enumerable.Range(1, 50).Select(minute => writer.Write(new MeasureBatch(many, new Dictionary<(Subject, string), LookTally>()), Start.AddMinutes(minute)))
            .First(problem => problem is not null)!.ShouldContain("full");
        Limit(link, 1_000_000);
        writer.Write(Batch(2), Start.AddMinutes(301)).ShouldBeNull();
        _database.Damage().ShouldBeNull();
        Points(Start, Start.AddHours(6)).Select(p => p.Mean).ShouldBe([40, 2]);
    }

    [Fact]
    public void A_database_that_was_lost_is_no_exception_and_the_file_that_follows_is_written()
    {
        Write(Start, 40);
        _database.SetAsideDamaged("a test", Start);
        _writer.Write(Batch(42), Start.AddMinutes(2)).ShouldNotBeNull();
        _database.BeginIfNew(Start);
        _writer.Write(Batch(43), Start.AddMinutes(3)).ShouldBeNull();
        Points(Start, Start.AddHours(1)).Select(p => p.Mean).ShouldBe([43]);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _link.Dispose();
        _folder.Dispose();
    }

    private void Write(DateTimeOffset at, params double[] values) => _writer.Write(Batch(values), at).ShouldBeNull();

    private static MeasureBatch Batch(params double[] values) => new(
        new Dictionary<(Subject, string), MeasureTally>
        {
            [(Chip, Temperature)] = values.Skip(1).Aggregate(MeasureTally.Of(values[0]), (tally, v) => tally.And(v)),
        },
        new Dictionary<(Subject, string), LookTally>());

    private void Gap(DateTimeOffset at, string probe, Subject subject, int missed, int seconds) => _writer.Write(
        new MeasureBatch(new Dictionary<(Subject, string), MeasureTally>(),
            new Dictionary<(Subject, string), LookTally> { [(subject, probe)] = new(missed, TimeSpan.FromSeconds(seconds)) }), at).ShouldBeNull();

    private IReadOnlyList<MeasurePoint> Points(DateTimeOffset from, DateTimeOffset to) => _store.Lines(from, to).ShouldHaveSingleItem().Points;

    /// <summary>Values of a series in which each hour has another one, whatever the width of points is.</summary>
    private IReadOnlyList<double> Values(DateTimeOffset from, DateTimeOffset to) =>
        [.. Points(from, to).SelectMany(p => p.Least == p.Most ? (double[])[p.Least] : [p.Least, p.Most])];

    private long Count(string table) => Ask($"SELECT count(*) FROM {table}");

    private long Ask(string question)
    {
        using var command = _link.Connection.CreateCommand();
        command.CommandText = question;
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Every series in every bucket, with figures as wide as real ones.</summary>
    private void Fill(string table, long from, long to)
    {
        using var command = _link.Connection.CreateCommand();
        command.CommandText = $"""
            WITH RECURSIVE b (bucket) AS (SELECT {from} UNION ALL SELECT bucket + 1 FROM b WHERE bucket < {to - 1})
            INSERT OR REPLACE INTO {table} SELECT b.bucket, s.id, 1234567, 2345678, 1789012, 12 FROM b CROSS JOIN measure_series s
            """;
        command.ExecuteNonQuery();
    }

    private static void Limit(DatabaseLink link, int pages)
    {
        using var command = link.Connection.CreateCommand();
        command.CommandText = $"PRAGMA max_page_count={pages}";
        command.ExecuteNonQuery();
    }
}
