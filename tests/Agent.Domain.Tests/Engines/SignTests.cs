using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>Signs as looks bring them: what a new one replaces, what stands, and how each is told.</summary>
public sealed class SignTests
{
    private static readonly RunId Run = new(1, "boot", 4711, 100);

    [Fact]
    public void Every_sign_is_told_with_its_time_in_the_order_in_which_they_are_asked()
    {
        var signs = Idle with
        {
            Pause = new PauseSign(Ago(2), IsPaused: false, "was paused, goes on"),
            Memory = new MemorySign(Ago(3), "the kernel killed a worker"),
            Start = new StartSign(Ago(4)),
            Server = new ServerSign(Ago(5), TimeSpan.FromSeconds(6), 3, "stands still"),
            HealthyPauses = new HealthyPauseSign(Ago(6), HealthyPauses.None),
            Queue = new QueueSign(Ago(7), 3, Ago(17), TimeSpan.FromSeconds(10)),
            Answers = new AnswerSign(Ago(8), "9 of 10 end by themselves"),
            Quality = new QualitySign(Ago(9), [], "as accepted"),
            Held = new HeldSign(Ago(10), ChipHolder.Nobody, TimeSpan.Zero, TimeSpan.Zero, Subject.Chip(0, 0), "held"),
        };
        signs.Lines().Select(l => (l.Sign, (Now - l.At).TotalSeconds)).ShouldBe(
        [
            ("process", 0), ("pause", 2), ("memory", 3), ("engine core", 0), ("start", 4), ("log", 0), ("/health", 1), ("/metrics", 1), ("API server", 5),
            ("counters", 1), ("healthy pauses", 6), ("queue", 7), ("answers", 8), ("canary", 20), ("quality", 9), ("chips", 3), ("chip memory", 10),
        ]);
        signs.Lines()[2].ShouldBe(new SignLine("memory", "the kernel killed a worker", Ago(3)));
        new EngineSigns().Lines().ShouldBeEmpty("what was not seen is no sign");
    }

    [Fact]
    public void A_look_that_did_not_look_for_something_leaves_what_was_seen_of_it_last()
    {
        var (core, answers, chips) = (new CoreSign(Ago(60), null, "2 of 2 live"), new AnswerSign(Ago(60), "all end"), Chips(idleLooks: 2, idleFor: 5));
        var known = new EngineSigns { Core = core, Answers = answers, Chips = chips };
        var after = Seen(known, new RunSeen(Run, Idle.Process!), new CanarySeen(Run, Idle.Canary!, null), new ChipsSeen(Run, null, null));
        (after.Core, after.Answers, after.Chips).ShouldBe((core, answers, chips));
    }

    [Fact]
    public void A_look_that_saw_something_replaces_what_was_seen_of_it_before()
    {
        var known = new EngineSigns
        {
            Core = new CoreSign(Ago(60), null, "2 of 2 live"),
            Answers = new AnswerSign(Ago(60), "all end"),
            Chips = Chips(idleLooks: 2, idleFor: 5),
        };
        var (core, answers, chips) = (new CoreSign(Now, TimeSpan.FromSeconds(1), "1 of 2 live"), new AnswerSign(Now, "none ends"), Chips(computes: true));
        EngineSign[] looks =
            [new RunSeen(Run, Idle.Process!) { Core = core }, new CanarySeen(Run, Idle.Canary!, answers), new ChipsSeen(Run, chips, null)];
        var replaced = Seen(known, looks);
        (replaced.Core, replaced.Answers, replaced.Chips).ShouldBe((core, answers, chips));
        var first = Seen(new EngineSigns(), looks);
        (first.Core, first.Answers, first.Chips).ShouldBe((core, answers, chips));
    }

    [Theory]
    [InlineData(true, 40 * 60, true)]
    [InlineData(true, (40 * 60) + 1, false)]
    [InlineData(false, 7200, true)]
    public void A_cause_explains_an_end_for_forty_minutes_and_a_failed_start_for_ever(bool isServing, double secondsBefore, bool explains)
    {
        var log = Idle.Died(5, FaultCodes.EngineDeviceError).Log! with { IsServing = isServing, CauseAt = Ago(secondsBefore) };
        var told = log.AtEnd(Now, new EngineLimits());
        (told.CauseFault is not null, told.CauseLine is not null).ShouldBe((explains, explains));
        told.DeathLine.ShouldBe(log.DeathLine, "the death itself is no matter of its cause");
    }

    [Theory]
    [InlineData(null, null, null, 0, "stage serving")]
    [InlineData(" out of memory ", null, null, 0, "stage serving, cause memory: out of memory")]
    [InlineData("out of memory", "EngineCore_DP0", null, 0, "stage serving, cause memory in EngineCore_DP0: out of memory")]
    [InlineData(null, null, " EngineDeadError ", 0, "stage serving, death: EngineDeadError")]
    [InlineData(null, null, null, 2, "stage serving, 2 lines of workers that take no message")]
    [InlineData("out of memory", null, "EngineDeadError", 1,
        "stage serving, cause memory: out of memory, death: EngineDeadError, 1 line of workers that take no message")]
    public void A_log_is_told_by_what_stands_in_it(string? cause, string? process, string? death, int noBlock, string text) =>
        (Idle.Log! with
        {
            Cause = cause is null ? null : "memory",
            CauseLine = cause,
            CauseProcess = process,
            DeathLine = death,
            NoBlockAt = [.. Enumerable.Repeat(Now, noBlock)],
        }).Text.ShouldBe(text);

    [Theory]
    [InlineData("", null, null, "nothing stands in its way")]
    [InlineData("4711 vllm,4712 worker", "port taken", "two starts failed alike", "survives SIGKILL: 4711 vllm, 4712 worker")]
    [InlineData("", "port taken", "two starts failed alike", "refused: port taken")]
    [InlineData("", null, "two starts failed alike", "two starts failed alike")]
    public void What_stands_in_the_way_of_a_start_is_told_by_the_surest_reason(string stuck, string? refused, string? alike, string text)
    {
        var start = new StartSign(Now) { Stuck = stuck.Split(',', StringSplitOptions.RemoveEmptyEntries), RefusedBecause = refused, FailsAlike = alike };
        start.Text.ShouldBe(text);
    }

    private static EngineSigns Seen(EngineSigns known, params EngineSign[] looks)
    {
        var view = new EngineInView { Run = Run, Signs = known };
        return looks.Aggregate(view, (seen, look) => seen.With(look, null, null)).Signs;
    }
}
