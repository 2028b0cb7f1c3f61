using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;

namespace Agent.Engines;

/// <summary>
/// Compares the scrapes of one run. The grace time begins when work is there: without work there is nothing to get on with.
/// Counters that became smaller, or were created anew, are those of another process and begin the comparison anew.
/// </summary>
internal sealed class CounterTrack(TimeProvider clock)
{
    private readonly Dictionary<string, (RankCounters Counters, long MovedAt)> _ranks = new(StringComparer.Ordinal);
    private EngineRun? _run;
    private EngineCounters? _last;
    private long _stillSince;
    private DateTimeOffset? _movedAt;

    public CounterSign Take(EngineRun run, EngineCounters counters)
    {
        var (now, at) = (clock.GetTimestamp(), clock.GetUtcNow());
        if (_run != run || _last is null || counters.IsRestartOf(_last))
        {
            _ranks.Clear();
            (_run, _stillSince, _movedAt) = (run, now, null);
        }
        else if (counters.MovedFrom(_last))
        {
            (_stillSince, _movedAt) = (now, at);
        }
        else if (!counters.HasWork)
        {
            _stillSince = now;
        }

        _last = counters;
        var (rank, stuckFor) = Stuck(counters, now);
        return new CounterSign(at, counters.Running ?? 0, counters.Waiting ?? 0, clock.GetElapsedTime(_stillSince, now))
        {
            CanTell = counters.CanTell,
            HasWork = counters.HasWork,
            MovedAt = _movedAt,
            StuckRank = rank,
            StuckFor = stuckFor,
            IsAsleep = counters.IsAsleep,
        };
    }

    /// <summary>A rank that has requests running and stands still. One that is idle may, while the others work.</summary>
    private (string? Rank, TimeSpan For) Stuck(EngineCounters counters, long now)
    {
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
