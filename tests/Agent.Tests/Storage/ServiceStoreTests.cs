using Agent.Domain.Availability;
using Agent.Domain.Observations;
using Agent.Storage;
using Agent.Supervision;
using Agent.Tests.Supervision;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Storage;

/// <summary>The ledger of lost service on real SQLite.</summary>
public sealed class ServiceStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(Story.Start);
    private readonly Database _database;
    private readonly SqliteConnection _connection;
    private readonly Journal _journal;
    private readonly ServiceStore _store;

    public ServiceStoreTests()
    {
        _database = Database.Open(_folder.Path, Story.Start);
        _connection = _database.Connect();
        _journal = OpenJournal.Of(_database, _clock);
        _store = new ServiceStore(() => _connection);
    }

    [Theory]
    [InlineData(ServiceState.Up, ServiceReason.Serves)]
    [InlineData(ServiceState.Down, ServiceReason.Hung)]
    [InlineData(ServiceState.Unknown, ServiceReason.AgentAway)]
    [InlineData(ServiceState.Planned, ServiceReason.Maintenance)]
    public void A_span_is_read_as_it_was_written(ServiceState state, ServiceReason why)
    {
        var span = Span(0, state, why, 0, 42) with
        {
            Run = "boot/4711/100",
            Incident = "a",
            Fault = "engine-hung",
            DetectedAt = Story.Start.AddSeconds(7),
            Lost = state == ServiceState.Down ? new LostWork(new RequestLoad(3, 1), 2, 120.5) : null,
        };
        Write(42, [span], Span(1, ServiceState.Up, ServiceReason.Serves, 42, 42));
        _store.Since(Story.Engine, Story.Start)[0].ShouldBe(span);
        _store.OfIncident("a").ShouldBe([span]);
        _store.Seen().ShouldBe((Story.Start.AddSeconds(42), "boot"));
    }

    [Fact]
    public void A_span_that_was_taken_back_is_gone_and_the_one_before_goes_on()
    {
        Write(10, [Span(0, ServiceState.Up, ServiceReason.Serves, 0, 10)], Span(1, ServiceState.Unknown, ServiceReason.AgentAway, 10, 10));
        Write(30, [], Span(0, ServiceState.Up, ServiceReason.Serves, 0, 30));
        _store.Since(Story.Engine, Story.Start).ShouldHaveSingleItem().Number.ShouldBe(0);
        _store.Left().ShouldHaveSingleItem().Open.To.ShouldBe(Story.Start.AddSeconds(30));
    }

    [Fact]
    public void People_are_told_of_an_open_span_up_to_the_last_record()
    {
        Write(0, [], Span(0, ServiceState.Down, ServiceReason.Dead, 0, 0) with { Incident = "a" });
        _journal.Append(new ServiceWrite([], Story.Start.AddSeconds(60), "boot")).ShouldBeTrue();
        var told = new ServiceStore(() => _connection, new JournalClock(() => _connection, "boot", _clock));
        told.OfIncident("a").ShouldHaveSingleItem().Length.ShouldBe(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Old_spans_are_forgotten_and_open_ones_never()
    {
        Write(300, [Span(0, ServiceState.Up, ServiceReason.Serves, 0, 100), Span(1, ServiceState.Down, ServiceReason.Dead, 100, 200)],
            Span(2, ServiceState.Up, ServiceReason.Serves, 200, 300));
        _journal.Append(new ServiceWrite([], Story.Start.AddSeconds(300), "boot", Story.Start.AddSeconds(150)));
        _store.Since(Story.Engine, Story.Start).Select(s => s.Number).ShouldBe([1, 2]);
        _journal.Append(new ServiceWrite([], Story.Start.AddSeconds(300), "boot", Story.Start.AddDays(1)));
        _store.Since(Story.Engine, Story.Start).Select(s => s.Number).ShouldBe([2]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(-1000)]
    public void A_clock_that_is_years_off_at_a_start_takes_no_history(int days)
    {
        Write(200, [Span(0, ServiceState.Up, ServiceReason.Serves, 0, 100)], Span(1, ServiceState.Down, ServiceReason.Dead, 100, 200));
        var now = TimeSpan.FromDays(days).TotalSeconds + 300;
        using var connection = _database.Connect();
        var book = new ServiceBook(SomeServiceBook.Parts(_database, [Story.Engine]), new ServiceStore(() => connection), Story.Start.AddSeconds(now));
        _journal.Append(book.Look(View((int)now))!);
        _store.Since(Story.Engine, DateTimeOffset.MinValue).Select(s => s.Number).ShouldContain(0);
    }

    [Fact]
    public void A_ledger_that_flaps_is_bounded_by_its_oldest_spans()
    {
        const int More = 25;
        var spans = Enumerable.Range(0, ServiceWrite.MostSpans + More)
            .Select(i => Span(i, i % 2 == 0 ? ServiceState.Up : ServiceState.Down, ServiceReason.Dead, i, i + 1)).ToList();
        Write(spans.Count, spans, Span(spans.Count, ServiceState.Up, ServiceReason.Serves, spans.Count, spans.Count));
        _journal.Append(new ServiceWrite([], Story.Start.AddSeconds(spans.Count), "boot", Story.Start.AddDays(-1)));
        var left = _store.Since(Story.Engine, Story.Start);
        (left.Count, left[0].Number).ShouldBe((ServiceWrite.MostSpans + 1, More));
        new FileInfo(Database.PathIn(_folder.Path)).Length.ShouldBeLessThan(20 * 1024 * 1024);
    }

    [Fact]
    public void An_engine_that_is_not_configured_any_more_ends_with_the_last_record()
    {
        Write(60, [], Span(0, ServiceState.Up, ServiceReason.Serves, 0, 0));
        var book = SomeServiceBook.Of(_database, _clock, Subject.Engine("another"));
        _journal.Append(book.Look(View(100))!);
        var span = _store.Since(Story.Engine, Story.Start).ShouldHaveSingleItem();
        span.To.ShouldBe(Story.Start.AddSeconds(60));
        _store.Left().Select(l => l.Open.Subject).ShouldBe([Subject.Engine("another")]);
    }

    [Fact]
    public void At_rest_a_minute_is_one_row()
    {
        var book = SomeServiceBook.Of(_database, _clock, Story.Engine);
        book.Look(View(0)).ShouldNotBeNull().Pages.ShouldNotBeEmpty();
        var written = Enumerable.Range(1, 600).Select(second => book.Look(View(second))).OfType<ServiceWrite>().ToList();
        (written.Count, written.Sum(w => w.Pages.Count)).ShouldBe((10, 0));
    }

    [Fact]
    public void A_new_database_gets_what_is_in_memory()
    {
        Write(60, [Span(0, ServiceState.Up, ServiceReason.Serves, 0, 30), Span(1, ServiceState.Down, ServiceReason.Dead, 30, 40)],
            Span(2, ServiceState.Up, ServiceReason.Serves, 40, 60));
        var book = SomeServiceBook.Of(_database, _clock, Story.Engine);
        _journal.Append(book.Look(View(100))!);
        _journal.Replace("noise").ShouldBeTrue();
        _journal.WriteWaiting().ShouldBeTrue(_journal.Problem);
        _journal.Append(book.Look(View(102))!);
        using var connection = _database.Connect();
        new ServiceStore(() => connection).Since(Story.Engine, Story.Start).Select(s => (s.Number, s.State)).ShouldBe(
            [(0, ServiceState.Up), (1, ServiceState.Down), (2, ServiceState.Up), (3, ServiceState.Unknown)]);
    }

    public void Dispose()
    {
        _journal.Dispose();
        _connection.Dispose();
        _folder.Dispose();
    }

    private static ServiceView View(int second) => new(HostPicture.Empty, [], new([], [], Domain.Recovery.ResetScope.Chip), [],
        Domain.Faults.FaultCatalog.Default, Story.Start.AddSeconds(second));

    private static ServiceSpan Span(int number, ServiceState state, ServiceReason why, int from, int to) =>
        new(Story.Engine, state, Story.Start.AddSeconds(from), Story.Start.AddSeconds(to), why) { Number = number, Boot = "boot" };

    private void Write(int seen, IReadOnlyList<ServiceSpan> closed, ServiceSpan open) =>
        _journal.Append(new ServiceWrite([new ServicePage(Story.Engine, closed, open)], Story.Start.AddSeconds(seen), "boot")).ShouldBeTrue(_journal.Problem);
}
