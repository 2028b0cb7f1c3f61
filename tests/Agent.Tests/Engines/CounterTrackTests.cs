using Agent.Adapters.VllmHttp;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

public sealed class CounterTrackTests
{
    private static readonly EngineRun Run = new(4711, 1, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");

    private readonly FakeTimeProvider _clock = new();
    private readonly CounterTrack _track;

    public CounterTrackTests() => _track = new CounterTrack(_clock, TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(15));

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
        moved.MovedFrom.ShouldBe(moved.At.AddSeconds(-5), "what moved may have moved at once after the scrape before");
        Take(Of(2, 101)).MovedFrom.ShouldBe(moved.MovedFrom);
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

    [Fact]
    public void A_pause_that_ended_by_itself_is_learned_and_a_standstill_that_ended_with_the_run_is_not()
    {
        Play(Run, 100, 101, 101, 101, 101, 102);
        Learned.Longest.ShouldBe(TimeSpan.FromSeconds(20), "15 s seen, and what the last step may hold");
        Play(Run, 103, 103, 103, 103, 103, 103, 103, 103, 103);
        Play(Run with { ProcessId = 4712 }, 1, 2);
        Learned.Longest.ShouldBe(TimeSpan.FromSeconds(20));
        Learned.Worked.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Other_arguments_are_learned_anew()
    {
        Play(Run, 100, 101, 101, 101, 102);
        Play(Run with { ProcessId = 4712, CommandLine = Run.CommandLine + " --max-num-seqs 4" }, 1, 2);
        Learned.Longest.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void A_standstill_as_long_as_a_hang_is_no_healthy_pause()
    {
        Play(Run, [100, 101, .. Enumerable.Repeat(101.0, 24), 102]);
        Learned.Longest.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Looks_that_were_missed_are_neither_a_standstill_nor_a_pause()
    {
        Play(Run, 100, 101, 101);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Take(Of(2, 101)).StillFor.ShouldBe(TimeSpan.FromSeconds(20));
        Play(Run, 102);
        Learned.Longest.ShouldBe(TimeSpan.Zero);

        Play(Run, 103);
        _clock.Advance(TimeSpan.FromMinutes(10));
        Take(Ranks(running: 3, first: 200));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Take(Ranks(running: 3, first: 201)).StuckFor.ShouldBe(TimeSpan.Zero);
    }

    private Agent.Domain.Engines.HealthyPauses Learned => _track.Pauses.Learned;

    private void Play(EngineRun run, params double[] tokens)
    {
        foreach (var now in tokens)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            _track.Take(run, Of(2, now));
        }
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
