using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>What stands of an engine in the picture after a time, a recovery or another verdict, and how a verdict is seen.</summary>
public sealed class EngineInViewBoundsTests
{
    private static readonly Subject Engine = Subject.Engine("deepseek");
    private static readonly EngineLimits Limits = new();
    private static readonly RunId Present = new(2, "boot", 5000, 900);
    private static readonly EngineInView Nothing = EngineInView.Nothing;

    [Fact]
    public void Signs_are_told_of_the_present_run_only()
    {
        var view = Nothing with { Run = Present, Signs = Idle };
        view.Of(Present).ShouldBe(view.Signs);
        view.Of(Present with { Number = 1 }).ShouldBe(new EngineSigns());
        (Nothing with { Signs = Idle }).Of(null).ShouldBe(new EngineSigns(), "no run has signs");
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(1, false)]
    public void What_was_seen_before_a_recovery_is_forgotten_and_what_was_seen_at_its_end_stands(double seconds, bool isForgotten)
    {
        var seen = Nothing with { Run = Present, Signs = Idle with { Held = Held }, IsDoubted = true };
        var after = seen.WithoutRun(Now.AddSeconds(-seconds));
        (after.Signs.Process is null, after.Signs.Held is null, after.IsDoubted).ShouldBe((isForgotten, isForgotten, false));
        (after.Signs.Log, after.Run).ShouldBe((seen.Signs.Log, Present));
    }

    [Fact]
    public void An_engine_of_which_nothing_was_seen_is_the_same_after_a_recovery() => Nothing.WithoutRun(Now).ShouldBe(Nothing);

    [Theory]
    [InlineData(20, true)]
    [InlineData(21, false)]
    public void The_look_at_the_run_holds_for_its_time(double seconds, bool isJudged) =>
        (Judged(Nothing, Idle, Now.AddSeconds(seconds)).Newest is not null).ShouldBe(isJudged);

    [Fact]
    public void The_next_look_asks_who_paused_it_only_while_something_speaks_against_the_engine()
    {
        Nothing.AsksForPause.ShouldBeTrue("it is the first look");
        Judged(Nothing, Idle).AsksForPause.ShouldBeFalse();
        (Judged(Nothing, Idle) with { IsDoubted = true }).AsksForPause.ShouldBeTrue();
        var hung = Judged(Nothing, Idle.Flat(500));
        (hung.IsDoubted, hung.AsksForPause).ShouldBe((false, true), "a hang that stands may be a pause that began meanwhile");
        var up = Judged(Nothing, Idle, limits: Limits with { HasFrontEnd = false });
        (up.Newest!.Verdict.Serving, up.AsksForPause).ShouldBe((true, false));
    }

    [Fact]
    public void A_verdict_holds_since_state_or_fault_were_last_another()
    {
        var ended = Judged(Nothing, Idle.Ended());
        ended.Newest!.Since.ShouldBe(Now);
        var again = Judged(ended, Idle.Ended(), Now.AddSeconds(5));
        again.Newest!.Since.ShouldBe(Now, "it says the same");
        var orphans = Idle.Ended(killed: true, forSeconds: 5, "4712 worker");
        Judged(again, orphans, Now.AddSeconds(9)).Newest!.Since.ShouldBe(Now.AddSeconds(9), "another state and another fault");
        var leaving = Judged(again, Idle.Ended(killed: false, forSeconds: 1, "4712 worker"), Now.AddSeconds(9));
        (leaving.Newest!.Verdict.State, leaving.Newest.Since).ShouldBe((EngineState.Dead, Now.AddSeconds(9)), "the same state without the fault");
        var idle = Judged(Nothing, Idle);
        Judged(idle, Idle.Moving(), Now.AddSeconds(9)).Newest!.Since.ShouldBe(Now.AddSeconds(9), "another state, still without a fault");
    }

    [Theory]
    [InlineData("a fault", Verdict.Faulty)]
    [InlineData("open", Verdict.CouldNotLook)]
    [InlineData("well", Verdict.Healthy)]
    public void A_verdict_is_seen_as_faulty_as_unknown_or_as_healthy(string what, Verdict seen)
    {
        var verdict = what switch
        {
            "a fault" => new EngineVerdict(EngineState.Dead, EngineRules.Exited, "ended") { Fault = FaultCodes.EngineExited },
            "open" => new EngineVerdict(EngineState.Dead, EngineRules.Exited, "ended") { IsOpen = true },
            _ => new EngineVerdict(EngineState.Idle, EngineRules.NoWork, "0 running"),
        };
        Seen(verdict).Verdict.ShouldBe(seen);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(null, "2", null)]
    [InlineData(FaultCodes.ChipMemoryHeld, null, "1")]
    [InlineData(FaultCodes.ChipMemoryHeld, "2", "2")]
    public void What_the_rule_knows_comes_before_what_others_know_and_without_a_fault_there_is_nothing_to_fill_in(string? fault, string? byRule, string? card)
    {
        var verdict = new EngineVerdict(EngineState.Failed, EngineRules.ChipsHeld, "held") { Fault = fault, Known = byRule is null ? null : Card(byRule) };
        Seen(verdict).Known?[Placeholders.Card].ShouldBe(card);
        (Seen(verdict).Known is null).ShouldBe(card is null);
    }

    private static Observation Seen(EngineVerdict verdict) =>
        new EngineJudgement(verdict, Idle, Now, Now, Now).Seen(Engine, Card("1"), TimeSpan.FromSeconds(11));

    private static Dictionary<string, string> Card(string number) => new(StringComparer.Ordinal) { [Placeholders.Card] = number };

    private static EngineInView Judged(EngineInView before, EngineSigns signs, DateTimeOffset? now = null, EngineLimits? limits = null) =>
        (before with { Run = Present, Signs = signs with { AskedForPause = true } }).Judged(wanted: true, limits ?? Limits, now ?? Now);

    private static HeldSign Held => new(Now, ChipHolder.Nobody, TimeSpan.Zero, TimeSpan.Zero, Subject.Chip(0, 0), "held");
}
