using Agent.Adapters;
using Agent.Domain.Availability;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Storage;
using Agent.Supervision;
using Agent.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Supervision;

/// <summary>
/// A host with one engine and an agent that looks at it, in virtual time: the script says what the engine does and what happens to the agent, the
/// clock and the host. Looks at the run come every two seconds, scrapes every five; what the engine serves is decided by the script alone.
/// </summary>
internal sealed class LedgerHost : IDisposable
{
    private static readonly EngineLimits Limits = new();
    private static readonly HostLayout Layout = new([new EngineOnChips("deepseek", [], Wanted: true)], [], ResetScope.Chip);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _passing = new(Story.Start);
    private readonly List<Maintenance> _windows = [];
    private SettableClock _host;
    private SteadyClock? _clock;
    private Database? _database;
    private Journal? _journal;
    private ServiceBook? _book;
    private HostPicture _picture = HostPicture.Empty;
    private string _boot = "boot-1";
    private int _boots = 1;
    private int _process;
    private EngineLife _life = EngineLife.Stopped;
    private bool _serves;
    private bool _hangs;
    private bool _wanted = true;
    private DateTimeOffset _endedAt;
    private DateTimeOffset? _scrapedAt;
    private DateTimeOffset? _movedAt;
    private DateTimeOffset? _movedFrom;
    private int _changedAt;

    public LedgerHost() => _host = new SettableClock(_passing);

    public int Second { get; private set; }

    /// <summary>Open incidents, as the policy would have them.</summary>
    public List<Incident> Incidents { get; } = [];

    private DateTimeOffset Now => _clock!.GetUtcNow();

    private RunId? Run => _process == 0 ? null : new RunId(_process, _boot, 4711, 1000 + _process);

    public LedgerHost Load()
    {
        (_process, _life, _serves, _hangs) = (_process + 1, EngineLife.Running, false, false);
        (_scrapedAt, _movedAt, _movedFrom) = (null, null, null);
        return Changed();
    }

    public LedgerHost Serve()
    {
        _serves = true;
        return Changed();
    }

    public LedgerHost Hang()
    {
        _hangs = true;
        return Changed();
    }

    public LedgerHost Die()
    {
        (_life, _endedAt) = (EngineLife.Ended, _clock is null ? default : Now);
        return Changed();
    }

    /// <summary>A stop by the agent: for a recovery, or because an operator wants it.</summary>
    public LedgerHost Stop()
    {
        _life = EngineLife.Stopped;
        return Changed();
    }

    public LedgerHost Want(bool wanted)
    {
        _wanted = wanted;
        return Changed();
    }

    public LedgerHost Maintain(bool on)
    {
        _windows.Clear();
        if (on)
            _windows.Add(new Maintenance(Story.Engine, Now, Now.AddDays(1), "root", ""));
        return Changed();
    }

    public LedgerHost SetClock(double seconds)
    {
        _host.SetBy += TimeSpan.FromSeconds(seconds);
        return this;
    }

    public LedgerHost StartAgent()
    {
        _clock = new SteadyClock(_host);
        _database = Database.Open(_folder.Path, Now);
        using (var link = new DatabaseLink(_database))
            new JournalClock(() => link.Connection, _boot, _clock).TakeUp();
        _journal = OpenJournal.Of(_database, _clock);
        (_picture, _scrapedAt, _movedAt, _movedFrom, _endedAt) = (HostPicture.Empty, null, null, null, Now);
        using var reading = _database.Connect();
        var parts = SomeServiceBook.Parts(_database, [Story.Engine]) with { Boot = _boot, BootBegan = _clock.Zero() };
        _book = new ServiceBook(parts, new ServiceStore(() => reading), Now);
        return Changed();
    }

    public LedgerHost KillAgent()
    {
        _journal!.Dispose();
        (_book, _clock, _journal) = (null, null, null);
        return this;
    }

    public LedgerHost StopAgent()
    {
        Write(isLast: true);
        return KillAgent();
    }

    /// <summary>The host goes down with all on it, and is up again after so long.</summary>
    public LedgerHost Reboot(int seconds)
    {
        if (_book is not null)
            KillAgent();
        (_life, _serves) = (EngineLife.Stopped, false);
        _process = 0;
        Pass(seconds);
        _host = new SettableClock(_passing) { SetBy = _host.SetBy };
        _boot = $"boot-{++_boots}";
        return this;
    }

    /// <summary>An event that the loop recorded.</summary>
    public LedgerHost Record(IncidentEvent happened)
    {
        _book!.Recorded([new IncidentChange("a", happened)], _picture);
        return this;
    }

    /// <summary>Time passes until so many seconds after the begin.</summary>
    public LedgerHost Until(int second)
    {
        while (Second < second)
        {
            if (_book is null)
            {
                Pass(1);
                continue;
            }

            // Where nothing has changed for long, looks say the same.
            Pass(Second - _changedAt > 300 && second - Second > 10 && Second % 10 == 0 ? 10 : 1);
            LookIfDue();
        }

        return this;
    }

    /// <summary>The ledger as people are told of it, over all the time since the begin.</summary>
    public AvailabilityFigures Figures()
    {
        using var connection = _database!.Connect();
        var told = new ServiceStore(() => connection, new JournalClock(() => connection, _boot, _host));
        return AvailabilityFigures.Of(told.Since(Story.Engine, DateTimeOffset.MinValue), _host.GetUtcNow().AddSeconds(-Second), _host.GetUtcNow(), 0.999);
    }

    public IReadOnlyList<ServiceSpan> Spans()
    {
        using var connection = _database!.Connect();
        return new ServiceStore(() => connection).Since(Story.Engine, DateTimeOffset.MinValue);
    }

    public void Dispose()
    {
        _journal?.Dispose();
        _folder.Dispose();
    }

    private LedgerHost Changed()
    {
        _changedAt = Second;
        if (_book is not null)
            Look();
        return this;
    }

    private void Pass(int seconds)
    {
        _passing.Advance(TimeSpan.FromSeconds(seconds));
        Second += seconds;
    }

    private void LookIfDue()
    {
        if (Second % 5 == 0 && _life == EngineLife.Running && _serves)
            Scrape();
        if (Second % 2 == 0)
            Look();
    }

    private void Scrape()
    {
        if (!_hangs && _scrapedAt is { } before)
            (_movedAt, _movedFrom) = (Now, before);
        var still = _hangs ? Now - (_movedAt ?? Now) : TimeSpan.Zero;
        _scrapedAt = Now;
        var counters = new CounterSign(Now, 3, 1, still) { HasWork = true, MovedAt = _movedAt, MovedFrom = _movedFrom };
        var answered = new HttpSign(Now, HttpEnd.Answered, Now, TimeSpan.Zero, "answers");
        _picture = _picture.With(Story.Engine, new Scraped(Run, answered, counters, new HealthyPauseSign(Now, HealthyPauses.None), null));
        _picture = _picture.With(Story.Engine, new HealthSeen(Run, answered, null));
    }

    private void Look()
    {
        var process = new ProcessSign(Now, _life, $"process {_process}") { EndedFor = _life == EngineLife.Ended ? Now - _endedAt : TimeSpan.Zero };
        var seen = new RunSeen(Run, process)
        {
            Log = _life == EngineLife.Running ? new LogSign(Now, _serves ? "serving" : "loading weights", _serves, TimeSpan.Zero) : null,
            AskedForPause = true,
        };
        _picture = _picture.With(Story.Engine, seen);
        if (_serves && _life == EngineLife.Running && _scrapedAt is null)
            Scrape();
        _picture = _picture.Judged(Story.Engine, _wanted, Limits, Now);
        Write(isLast: false);
    }

    private void Write(bool isLast)
    {
        var view = new ServiceView(_picture, Incidents, Layout, _windows, FaultCatalog.Default, Now);
        if (_book!.Look(view, isLast) is { } written)
            _journal!.Append(written).ShouldBeTrue(_journal.Problem);
    }
}
