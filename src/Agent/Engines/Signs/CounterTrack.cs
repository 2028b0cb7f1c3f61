using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Engines.Runs;

namespace Agent.Engines.Signs;

/// <summary>
/// Compares the scrapes of one run. The grace time begins when there is work, because without work no counter has
/// to move. Counters that became smaller, or were created anew, belong to another process, and the comparison
/// begins anew. The learned healthy pauses outlive a run. They do not outlive a change of the engine's arguments.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="grace">A standstill longer than this is no healthy pause.</param>
/// <param name="longestStep">
/// If two scrapes lie further apart, they add no more than this to a standstill, and the agent learns nothing from
/// such a pause. The machine slept, or the agent got no CPU time, and then perhaps the engine got none either.
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
    /// <param name="counters">A good scrape of the counters.</param>
    /// <param name="chips">The last seen activity of the engine's chips.</param>
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
            // The counters moved again at some moment since the last scrape. This is the longest time that the pause may have lasted.
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

    /// <summary>The rank that has running requests and stands still. An idle rank may stand still while the others work.</summary>
    private (string? Rank, TimeSpan For) Stuck(EngineCounters counters, long now)
    {
        // Ranks that are gone are not kept, because a page may name other ranks each time.
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
