using System.Collections.Concurrent;
using Agent.Engines.Kinds;
using Agent.Engines.Logs;
using Agent.Engines.Runs;
using Agent.ForeignText;

namespace Agent.Tests.Engines;

/// <summary>What is known of a run while several threads look at it and act on it.</summary>
public sealed class KnownRunTests
{
    private const int Rounds = 10_000;
    private static readonly EngineExit Killed = new(-9, OutOfMemory: false);

    [Fact]
    public async Task A_run_that_began_is_not_lost_to_a_word_on_the_run_before()
    {
        var known = new KnownRun();
        var log = Log(Run(1));
        known.Begin(Run(1), log);
        using var over = new CancellationTokenSource();
        Task[] others = [Repeat(() => known.Stopped(Before())), Repeat(() => known.End(Before(), Killed)),
            Repeat(() => known.Follow(Before(), Before(), log, afterStop: false))];
        List<string> lost = [];
        for (var round = 2; round <= Rounds; round++)
        {
            known.Begin(Run(round), log);
            var seen = known.Now;
            if (seen.Run != Run(round) || seen.StopAsked || seen.Exit is not null)
                lost.Add($"round {round}: {seen}");
        }

        await over.CancelAsync();
        await Task.WhenAll(others);
        lost.ShouldBeEmpty();

        // The run that a look read a moment ago: by now it may be over.
        EngineRun Before() => Run((int)known.Run!.StartTicks - 1);

        Task Repeat(Action act) => Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
                act();
        });
    }

    [Fact]
    public async Task Every_log_is_handed_back_once_by_the_run_that_took_its_place()
    {
        var known = new KnownRun();
        ConcurrentBag<EngineLog> begun = [], replaced = [];
        await Task.WhenAll(Task.Run(() => Repeat(1, BeginOf)), Task.Run(() => Repeat(Rounds, BeginOf)), Task.Run(() => Repeat(2 * Rounds, FollowOf)));
        replaced.Append(known.Log!).ShouldBe(begun, ignoreOrder: true);

        void Repeat(int first, Func<EngineRun, EngineLog, KnownRun.Whole?> take)
        {
            for (var round = first; round < first + 500; round++)
            {
                var log = Log(Run(round));
                if (take(Run(round), log) is not { } whole)
                    continue;
                begun.Add(log);
                if (whole.Log is { } last)
                    replaced.Add(last);
            }
        }

        KnownRun.Whole? BeginOf(EngineRun run, EngineLog log) => known.Begin(run, log);
        KnownRun.Whole? FollowOf(EngineRun run, EngineLog log) => known.Follow(known.Run, run, log, afterStop: true);
    }

    [Fact]
    public void How_a_run_ended_is_told_once_and_of_that_run_only()
    {
        var known = new KnownRun();
        known.Begin(Run(1), Log(Run(1)));
        known.End(Run(2), Killed);
        known.Now.Exit.ShouldBeNull();
        known.End(Run(1), Killed);
        known.End(Run(1), new EngineExit(0, OutOfMemory: false));
        known.Now.Exit.ShouldBe(Killed);
    }

    [Fact]
    public void What_was_asked_to_stop_is_followed_by_nothing()
    {
        var known = new KnownRun();
        known.Begin(Run(1), Log(Run(1)));
        known.Stopped(Run(2));
        known.Now.StopAsked.ShouldBeFalse();
        known.AskToStop().ShouldBe(Run(1));
        known.Follow(Run(1), Run(2), Log(Run(2)), afterStop: false).ShouldBeNull();
        (known.Run, known.Now.StopAsked).ShouldBe((Run(1), true));
        known.Begin(Run(1), Log(Run(1)));
        known.Follow(Run(1), Run(2), Log(Run(2)), afterStop: false).ShouldNotBeNull();
        (known.Run, known.Now.StopAsked).ShouldBe((Run(2), false));
    }

    [Fact]
    public void What_somebody_started_after_a_stop_is_taken_over_unless_a_start_came_between()
    {
        var known = new KnownRun();
        known.Follow(null, Run(1), Log(Run(1)), afterStop: true).ShouldNotBeNull();
        known.Follow(null, Run(2), Log(Run(2)), afterStop: true).ShouldBeNull("the one that was started meanwhile stays");
        known.Stopped(Run(1));
        known.Follow(Run(1), Run(2), Log(Run(2)), afterStop: true).ShouldNotBeNull();
        known.Run.ShouldBe(Run(2));
    }

    [Fact]
    public void Runs_are_counted_as_they_become_known_whenever_they_started()
    {
        var known = new KnownRun();
        foreach (var started in (int[])[7, 8, 3])
            known.Begin(Run(started), Log(Run(started)));
        (known.Run!.StartTicks, known.Run.Number).ShouldBe((3, 3));
        known.Begin(Run(3), Log(Run(3)));
        known.Run.Number.ShouldBe(3, "it is the same process");
        known.Follow(known.Run, Run(1), Log(Run(1)), afterStop: false);
        (known.Run.Number, (known.Run with { Number = 3 }).Id.IsBefore(known.Run.Id)).ShouldBe((4, true));
    }

    /// <summary>The first that becomes known is 1, as it is counted.</summary>
    private static EngineRun Run(int number) => new(4711, number, "a-boot", DateTimeOffset.UnixEpoch, "/no/log", "vllm") { Number = number };

    private static EngineLog Log(EngineRun run) => new(run, TimeProvider.System, TextGate.OfPatterns, null, null, hasFrontEnd: true);
}
