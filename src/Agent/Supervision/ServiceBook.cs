using System.Collections.Immutable;
using Agent.Domain.Availability;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Metrics;
using Agent.Probes.Npu;
using Agent.Storage;

namespace Agent.Supervision;

/// <summary>
/// The ledger of lost service as the loop owns it: it folds what the loop knows and tells what is to be written. That is each change, and once a
/// minute one small row that says that all open spans still hold: a killed agent leaves no more than that minute unknown.
/// </summary>
internal sealed class ServiceBook
{
    public static readonly TimeSpan RecordEvery = TimeSpan.FromMinutes(1);

    /// <summary>Budgets are told over this window, and its spans are in memory.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ForgetEvery = TimeSpan.FromDays(1);
    private const int MostInMemory = 5000;

    private readonly ServiceBookParts _parts;
    private readonly Dictionary<Subject, ServiceTrack> _tracks = [];
    private readonly Dictionary<Subject, ImmutableList<ServiceSpan>> _closed = [];
    private readonly Dictionary<Subject, List<ServiceSpan>> _unwritten = [];
    private readonly HashSet<Subject> _stopping = [];
    private readonly List<ServicePage> _ended = [];
    private readonly Dictionary<Subject, object> _judged = [];
    private readonly DateTimeOffset _began;
    private readonly DateTimeOffset _recordedBefore;
    private DateTimeOffset _lookedAt;
    private DateTimeOffset _recordedAt;
    private DateTimeOffset _forgotAt;
    private int _generation;
    private volatile IReadOnlyList<ServedEngine> _published = [];

    /// <param name="parts">What it is made of.</param>
    /// <param name="store">What the agent before left; only read here.</param>
    /// <param name="now">The present time.</param>
    public ServiceBook(ServiceBookParts parts, ServiceStore store, DateTimeOffset now)
    {
        (_parts, _began, _recordedBefore, _generation) = (parts, now, now, parts.Generation());
        if (store.Seen() is not { } seen)
            return;
        // A clock that is years ahead at a start must not take the ledger with it.
        _recordedBefore = seen.At < now ? seen.At : now;
        foreach (var (open, before) in store.Left())
        {
            if (open.Subject.Kind == SubjectKind.Engine && !parts.Engines.ContainsKey(open.Subject))
            {
                _ended.Add(new ServicePage(open.Subject, [open with { To = seen.At > open.From && seen.Boot == open.Boot ? seen.At : open.To }], null));
                continue;
            }

            if (open.Subject.Kind == SubjectKind.Engine)
                _closed[open.Subject] = [.. store.Since(open.Subject, now - Window).Where(s => s.Number < open.Number).TakeLast(MostInMemory)];
            Take(open.Subject, ServiceLedger.TakenUp(open, before, seen.Boot == open.Boot ? seen.At : open.To, parts.Boot, parts.BootBegan, now));
        }
    }

    /// <summary>Engines for a scrape, which reads beside the loop.</summary>
    public IReadOnlyList<ServedEngine> Published => _published;

    /// <param name="view">What the loop knows.</param>
    /// <param name="isLast">The agent ends.</param>
    /// <returns>What is to be written; null: nothing.</returns>
    public ServiceWrite? Look(ServiceView view, bool isLast = false)
    {
        var now = view.Now;
        if (!isLast && now - _lookedAt < LookEvery && !IsNews(view.Picture))
            return null;
        _lookedAt = now;
        foreach (var engine in _parts.Engines.Keys)
        {
            if (view.Of(engine, _parts.Lasts) is { } sight)
                Take(engine, ServiceLedger.Next(_tracks.GetValueOrDefault(engine), sight, _parts.Boot));
        }

        foreach (var chip in view.Layout.Chips)
            Take(chip, ServiceLedger.Next(_tracks.GetValueOrDefault(chip), view.OfChip(chip, ChipHealthProbe.Declared.Name), _parts.Boot));
        _published = [.. _parts.Engines.Where(e => _tracks.ContainsKey(e.Key)).Select(e =>
            new ServedEngine(e.Key.Id, _closed.GetValueOrDefault(e.Key, []), _tracks[e.Key].Open, e.Value, _began, Window))];
        return Written(now, isLast);
    }

    /// <summary>A stop by the agent ends the requests that the last counters of the run still show, after those that it let finish.</summary>
    public void Recorded(IReadOnlyList<IncidentChange> changes, HostPicture picture)
    {
        foreach (var change in changes)
        {
            if (change.Event is StepStarted { Step: { Kind: StepKind.StopEngine, Subject: var stopped }, } && Runs(picture.Engine(stopped)))
                _stopping.Add(stopped);
            if (change.Event is StepEnded { Step: { Kind: StepKind.StopEngine, Subject: var engine } } && _stopping.Remove(engine)
                && EngineService.LoadOf(picture.Engine(engine).Signs) is { } load && _tracks.TryGetValue(engine, out var track))
                Take(engine, new ServiceChange(track.Aborted(load.Running + load.Waiting), []));
        }
    }

    private static bool Runs(Domain.Engines.EngineInView engine) =>
        (engine.Signs.Process ?? engine.Newest?.Signs.Process) is { Life: Domain.Engines.EngineLife.Running };

    /// <summary>An engine was judged since the last look.</summary>
    private bool IsNews(HostPicture picture)
    {
        var isNews = false;
        foreach (var engine in _parts.Engines.Keys)
        {
            if (picture.Engine(engine).Newest is not { } newest || ReferenceEquals(_judged.GetValueOrDefault(engine), newest))
                continue;
            _judged[engine] = newest;
            isNews = true;
        }

        return isNews;
    }

    private void Take(Subject subject, ServiceChange change)
    {
        var open = change.Track.Open;
        var before = _tracks.GetValueOrDefault(subject)?.Open;
        if (open is { State: ServiceState.Down, Lost: { AtBegin.Running: var running, TokensPerSecond: null } lost } && before?.State != ServiceState.Down)
            open = open with { Lost = lost with { TokensPerSecond = _parts.UsualSpeed(subject, running) } };
        _tracks[subject] = change.Track with { Open = open };
        if (before is not null && open == before with { To = open.To } && change.Closed.Count == 0)
            return;
        if (!_unwritten.TryGetValue(subject, out var closed))
            _unwritten[subject] = closed = [];
        // A number may be taken back and given again.
        closed.RemoveAll(s => s.Number >= open.Number || change.Closed.Any(c => c.Number == s.Number));
        closed.AddRange(change.Closed);
        if (subject.Kind == SubjectKind.Engine)
            _closed[subject] = [.. _closed.GetValueOrDefault(subject, [])
                .Where(s => s.Number < open.Number && change.Closed.All(c => c.Number != s.Number)).Concat(change.Closed).TakeLast(MostInMemory)];
    }

    private ServiceWrite? Written(DateTimeOffset now, bool isLast)
    {
        var isNewFile = _generation != _parts.Generation();
        _generation = _parts.Generation();
        if (isNewFile)
        {
            // A file that takes the place of a lost one gets what is in memory.
            foreach (var subject in _tracks.Keys)
                _unwritten[subject] = [.. _closed.GetValueOrDefault(subject, [])];
        }

        if (_unwritten.Count == 0 && _ended.Count == 0 && !isLast && (now - _recordedAt < RecordEvery || !_parts.MayRecord()))
            return null;
        IReadOnlyList<ServicePage> pages = [.. _ended, .. _unwritten.Select(u => new ServicePage(u.Key, u.Value, _tracks[u.Key].Open))];
        _unwritten.Clear();
        _ended.Clear();
        _recordedAt = now;
        return new ServiceWrite(pages, now, _parts.Boot, Forgotten(now));
    }

    private DateTimeOffset? Forgotten(DateTimeOffset now)
    {
        if (now - _forgotAt < ForgetEvery)
            return null;
        _forgotAt = now;
        foreach (var (engine, spans) in _closed.ToList())
            _closed[engine] = spans.RemoveAll(s => now - s.To > Window);
        return _recordedBefore + (now - _began) - _parts.History;
    }
}

/// <summary>What the ledger is made of.</summary>
internal sealed record ServiceBookParts
{
    /// <summary>Engines with the availability that is wanted of each, from 0 to 1.</summary>
    public required IReadOnlyDictionary<Subject, double> Engines { get; init; }

    /// <summary>How long a verdict on an engine holds.</summary>
    public required TimeSpan Lasts { get; init; }

    /// <summary>How long spans are kept.</summary>
    public required TimeSpan History { get; init; }

    public required string Boot { get; init; }

    public required DateTimeOffset BootBegan { get; init; }

    /// <summary>Tokens per second that an engine usually generates with so many requests running; null: not learned.</summary>
    public required Func<Subject, double, double?> UsualSpeed { get; init; }

    /// <summary>Differs for every database file that was begun.</summary>
    public required Func<int> Generation { get; init; }

    /// <summary>False while the disk takes nothing: then only changes wait for it.</summary>
    public required Func<bool> MayRecord { get; init; }
}
