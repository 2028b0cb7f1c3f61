using Agent.Adapters.VllmHttp;
using Agent.Engines;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

public sealed class CounterTrackTests
{
    private static readonly EngineRun Run = new(4711, 1, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");

    private readonly FakeTimeProvider _clock = new();
    private readonly CounterTrack _track;

    public CounterTrackTests() => _track = new CounterTrack(_clock);

    [Fact]
    public void The_grace_time_begins_when_work_is_there()
    {
        Take(Of(0, 100)).StillFor.ShouldBe(TimeSpan.Zero);
        Take(Of(0, 100)).StillFor.ShouldBe(TimeSpan.Zero);
        Take(Of(2, 100)).StillFor.ShouldBe(TimeSpan.FromSeconds(5));
        Take(Of(2, 100)).StillFor.ShouldBe(TimeSpan.FromSeconds(10));
        Take(Of(2, 101)).StillFor.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void The_first_scrape_proves_no_work_and_movement_does()
    {
        Take(Of(2, 100)).MovedAt.ShouldBeNull();
        var moved = Take(Of(2, 101));
        moved.MovedAt.ShouldBe(moved.At);
    }

    [Fact]
    public void Smaller_counters_another_birth_or_another_run_begin_anew()
    {
        foreach (var other in (EngineCounters[])[Of(2, 7), Of(2, 100) with { Born = 99 }, Of(2, 100) with { Iterations = null }])
        {
            Take(Of(2, 100));
            Take(Of(2, 100)).StillFor.ShouldBeGreaterThan(TimeSpan.Zero);
            var again = Take(other);
            again.StillFor.ShouldBe(TimeSpan.Zero);
            again.MovedAt.ShouldBeNull();
        }

        _track.Take(Run with { ProcessId = 4712 }, Of(2, 100) with { Iterations = null }).StillFor.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_rank_without_requests_may_stand_still_and_one_with_requests_may_not()
    {
        for (var i = 0; i < 4; i++)
            Take(Ranks(running: 0, first: 100 + i)).StuckRank.ShouldBeNull();
        Take(Ranks(running: 3, first: 200));
        Take(Ranks(running: 3, first: 201)).StuckFor.ShouldBe(TimeSpan.FromSeconds(5));
        var stuck = Take(Ranks(running: 3, first: 202));
        stuck.StuckRank.ShouldBe("1");
        stuck.StuckFor.ShouldBe(TimeSpan.FromSeconds(10));
        stuck.StillFor.ShouldBe(TimeSpan.Zero);
    }

    private Agent.Domain.Engines.CounterSign Take(EngineCounters counters)
    {
        _clock.Advance(TimeSpan.FromSeconds(5));
        return _track.Take(Run, counters);
    }

    private static EngineCounters Of(double running, double tokens) => new(running, 0, tokens, 8, tokens, 0.1) { Born = 1 };

    private static EngineCounters Ranks(double running, double first) => new(running + 1, 0, first + 50, 8, first + 50, 0.1)
    {
        Ranks = [new RankCounters("0", 1, first, 4, first), new RankCounters("1", running, 50, 4, 50)],
    };
}
