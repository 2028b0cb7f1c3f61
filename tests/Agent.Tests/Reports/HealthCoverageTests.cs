using Agent.Domain;
using Agent.Domain.Availability;
using Agent.Domain.Observations;
using Agent.ForeignText;
using Agent.Reports;
using Agent.Reports.Health;
using Agent.Storage;
using Microsoft.Data.Sqlite;

namespace Agent.Tests.Reports;

/// <summary>Nobody says of a time that probes got their answers of which nothing is known.</summary>
public sealed class HealthCoverageTests
{
    private const string Well = "Every probe got its answers";
    private static readonly DateTimeOffset End = new(2026, 3, 1, 7, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Begin = End.AddDays(-1);

    [Fact]
    public void A_period_that_the_ledger_covers_is_told_as_looked_at()
    {
        Told(Covered(-48, 0)).ShouldContain(Well + ".");
        // The ledger is written once a minute.
        Told(Covered(-48, -1 / 60.0)).ShouldContain(Well + ".");
    }

    [Theory]
    [InlineData(-10, 0, "There are records since 2026-02-28 21:00 only.")]
    [InlineData(3, 5, "There are no records of this period; they begin at 2026-03-01 10:00.")]
    [InlineData(-48, -3, "engine deepseek: nothing is known of 3h.")]
    [InlineData(-10, -3, "There are records since 2026-02-28 21:00 only.", "engine deepseek: nothing is known of 17h.")]
    public void A_period_without_records_is_told_with_what_is_missing(int from, int to, params string[] told)
    {
        var text = Told(Covered(from, to));
        foreach (var line in told)
            text.ShouldContain(line);
        text.ShouldNotContain(Well);
    }

    [Fact]
    public void An_hour_that_is_not_over_is_told_as_not_counted()
    {
        var late = Covered(-48, 1) with { From = Begin.AddMinutes(30), To = End.AddMinutes(30) };
        Told(late).ShouldContain($"{Well} up to 2026-03-01 07:00; later looks count in the next report.");
        Told(late with { From = End.AddMinutes(10) }).ShouldNotContain(Well);
        Told(late with { Gaps = [new LookGap("link-health", Subject.Host, 6, TimeSpan.FromMinutes(31))] })
            .ShouldContain("Looks are counted up to 2026-03-01 07:00");
    }

    [Fact]
    public void A_host_without_any_record_says_so()
    {
        Told(Covered(-48, 0) with { Spans = null, RecordsSince = null }).ShouldContain("There is no record of what was looked at.");
        HealthDocument.Of(Covered(-10, 0)).RecordsSince.ShouldBe(End.AddHours(-10));
    }

    [Fact]
    public void The_records_of_a_host_begin_with_the_oldest_of_ledger_and_figures()
    {
        using var folder = new TemporaryFolder();
        var database = Database.Open(folder.Path, Begin);
        using var connection = database.Connect();
        Since(connection).ShouldBeNull();
        using var writer = new MeasureWriter(new DatabaseLink(database));
        writer.Write(new MeasureBatch(new Dictionary<(Subject, string), MeasureTally> { [(Subject.Chip(0, 0), "temperature_celsius")] = MeasureTally.Of(40) },
            new Dictionary<(Subject, string), LookTally>()), Begin.AddHours(2)).ShouldBeNull();
        Since(connection).ShouldBe(Begin.AddHours(2));
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            INSERT INTO service (subject, number, state, began, ended, is_open, why, boot)
            VALUES ('engine:deepseek', 1, 'up', {Micros.Of(Begin)}, {Micros.Of(End)}, 1, 'serves', 'boot')
            """;
        command.ExecuteNonQuery();
        Since(connection).ShouldBe(Begin);
    }

    private static DateTimeOffset? Since(SqliteConnection connection) => new HealthReader
    {
        Host = "host1",
        Zone = TimeZoneInfo.Utc,
        Incidents = new IncidentStore(connection, TextGate.OfPatterns),
        Service = new ServiceStore(() => connection),
        Measures = new MeasureStore(() => connection),
        Objectives = new Dictionary<Subject, double>(),
        Speed = () => [],
        Chips = () => [],
        Versions = () => (null, null),
    }.Read(Begin, End, End).RecordsSince;

    /// <summary>An engine that served from one hour to another, counted from the end of the window.</summary>
    private static HealthInput Covered(double from, double to) => SomeHealth.Empty() with
    {
        From = Begin,
        To = End,
        Zone = TimeZoneInfo.Utc,
        RecordsSince = End.AddHours(from),
        Spans = new Dictionary<Subject, IReadOnlyList<ServiceSpan>>
        {
            [Story.Engine] = [new ServiceSpan(Story.Engine, ServiceState.Up, End.AddHours(from), End.AddHours(to), ServiceReason.Serves) { Number = 1 }],
        },
    };

    private static string Told(HealthInput input) => HealthReport.Write(HealthDocument.Of(input), ReportFormat.Text, Language.English);
}
