using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;

namespace Agent.Engines;

/// <summary>
/// Compares the scrapes of one run. The grace time begins when work is there: without work there is nothing to get on with.
/// Counters that became smaller, or were created anew, are those of another process and begin the comparison anew. What it
/// learns of healthy pauses outlives a run, and not its arguments.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="grace">A longer standstill is no healthy pause.</param>
/// <param name="longestStep">
/// Scrapes that lie further apart add no more than this to a standstill, and such a pause teaches nothing: the machine slept, or
/// the agent had no turn, and so maybe had the engine.
/// </param>
internal sealed class CounterTrack(TimeProvider clock, TimeSpan grace, TimeSpan longestStep)
{
    private const int IdleLooks = 2;

    private readonly Dictionary<string, (RankCounters Counters, long MovedAt)> _ranks = new(StringComparer.Ordinal);
    private EngineRun? _run;
    private EngineCounters? _last;
    private long _lastAt;
    private DateTimeOffset _lastTime;
    private TimeSpan _still;
    private bool _missed;
    private bool _idle;
    private DateTimeOffset? _movedAt;
    private HealthyPauses _learned = HealthyPauses.None;
    private DateTimeOffset? _movedFrom;

    public HealthyPauseSign Pauses => new(clock.GetUtcNow(), _learned);

    public CounterSign Take(EngineRun run, EngineCounters counters) => Take(run, counters, null);

    /// <param name="run">The engine's run.</param>
    /// <param name="counters">A good scrape.</param>
    /// <param name="chips">What its chips were last seen to do.</param>
    public CounterSign Take(EngineRun run, EngineCounters counters, ChipSign? chips)
    {
        var (now, at) = (clock.GetTimestamp(), clock.GetUtcNow());
        if (run.CommandLine.Length == 0 || (_run is not null && _run.CommandLine != run.CommandLine))
            _learned = HealthyPauses.None;
        if (_run != run || _last is null || counters.IsRestartOf(_last))
        {
            _ranks.Clear();
            (_movedAt, _movedFrom) = (null, null);
            Begin();
        }
        else
        {
            Compare(counters, clock.GetElapsedTime(_lastAt, now), at, chips);
        }

        if (_last is not null && clock.GetElapsedTime(_lastAt, now) > longestStep)
            _ranks.Clear();
        (_run, _last, _lastAt, _lastTime) = (run, counters, now, at);
        var (rank, stuckFor) = Stuck(counters, now);
        return new CounterSign(at, counters.Running ?? 0, counters.Waiting ?? 0, _still)
        {
            CanTell = counters.CanTell,
            HasWork = counters.HasWork,
            MovedAt = _movedAt,
            MovedFrom = _movedFrom,
            StuckRank = rank,
            StuckFor = stuckFor,
            IsAsleep = counters.IsAsleep,
        };
    }

    private void Begin() => (_still, _missed, _idle) = (TimeSpan.Zero, false, false);

    private void Compare(EngineCounters counters, TimeSpan elapsed, DateTimeOffset at, ChipSign? chips)
    {
        var step = elapsed < longestStep ? elapsed : longestStep;
        if (counters.MovedFrom(_last!))
        {
            if (_last!.HasWork && elapsed <= longestStep)
                _learned = _learned with { Worked = _learned.Worked + step };
            // It moved again some time since the last scrape: the longest that the pause may have been.
            if (_still > TimeSpan.Zero && !_missed && elapsed <= longestStep)
                _learned = _learned.After(_still + step, _idle, grace);
            Begin();
            (_movedAt, _movedFrom) = (at, _lastTime);
            return;
        }

        if (!counters.HasWork)
        {
            Begin();
            return;
        }

        _still += step;
        _missed |= elapsed > longestStep;
        _idle |= chips is not null && chips.IdleAt.Count(look => look >= at - _still) >= IdleLooks;
    }

    /// <summary>A rank that has requests running and stands still. One that is idle may, while the others work.</summary>
    private (string? Rank, TimeSpan For) Stuck(EngineCounters counters, long now)
    {
        // Ranks that are not there any more are not kept: a page may name others each time.
        foreach (var gone in _ranks.Keys.Except(counters.Ranks.Select(r => r.Rank), StringComparer.Ordinal).ToList())
            _ranks.Remove(gone);
        if (counters.Ranks.Count < 2)
            return (null, TimeSpan.Zero);
        (string? Rank, TimeSpan For) longest = (null, TimeSpan.Zero);
        foreach (var rank in counters.Ranks)
        {
            var stands = rank.Running > 0 && _ranks.TryGetValue(rank.Rank, out var known) && known.Counters.Running > 0 && !rank.MovedFrom(known.Counters);
            var since = stands ? _ranks[rank.Rank].MovedAt : now;
            _ranks[rank.Rank] = (rank, since);
            if (clock.GetElapsedTime(since, now) is var still && still > longest.For)
                longest = (rank.Rank, still);
        }

        return longest;
    }
}
