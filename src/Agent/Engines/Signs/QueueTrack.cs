using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Engines.Runs;

namespace Agent.Engines.Signs;

/// <summary>
/// Finds requests of one run that wait while none runs, by comparing scrapes. The agent's own canary runs
/// for a moment and moves the counters. So only an engine that works scrape after scrape ends the row.
/// </summary>
internal sealed class QueueTrack(TimeProvider clock)
{
    /// <summary>A canary is seen in two scrapes at most.</summary>
    private const int LooksOfWork = 3;

    private EngineRun? _run;
    private EngineCounters? _last;
    private (DateTimeOffset At, long Timestamp)? _since;
    private int _worked;

    public QueueSign? Take(EngineRun run, EngineCounters counters)
    {
        var (at, now) = (clock.GetUtcNow(), clock.GetTimestamp());
        if (_run != run)
            (_run, _last, _since, _worked) = (run, null, null, 0);
        var works = counters.Running is not 0 || (_last is not null && counters.MovedFrom(_last));
        _worked = works ? _worked + 1 : 0;
        _last = counters;
        if (counters.Waiting is not > 0 || counters.IsAsleep || _worked >= LooksOfWork)
            _since = null;
        else if (!works)
            _since ??= (at, now);
        return _since is { } since
            ? new QueueSign(at, counters.Waiting ?? 0, since.At, clock.GetElapsedTime(since.Timestamp, now)) { Deferred = counters.Deferred }
            : null;
    }
}
