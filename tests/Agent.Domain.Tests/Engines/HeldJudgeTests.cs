using Agent.Domain.Engines;

namespace Agent.Domain.Tests.Engines;

/// <summary>Chips that stay held after their engine is gone, beside the other reasons for which it cannot be started.</summary>
public sealed class HeldJudgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(ChipHolder.Nobody, FaultCodes.ChipMemoryHeld, true)]
    [InlineData(ChipHolder.Others, FaultCodes.DeviceTaken, false)]
    [InlineData(ChipHolder.ByHand, FaultCodes.EngineStartedByHand, false)]
    public void Who_holds_the_chips_decides_the_fault_and_only_nobodys_memory_is_looked_into_by_a_person(ChipHolder holder, string fault, bool hasNextStep)
    {
        var verdict = Judge(Ended() with { Held = Held(holder, 61) });
        (verdict.Rule, verdict.Fault, verdict.NextStep is not null).ShouldBe((EngineRules.ChipsHeld, fault, hasNextStep));
        verdict.Reason.ShouldBe("chip 0/0 holds 512 MB");
        if (hasNextStep)
            verdict.Known.ShouldBe(new Dictionary<string, string> { ["CARD"] = "0", ["CHIP"] = "0" });
    }

    [Theory]
    [InlineData(59, FaultCodes.EngineExited)]
    [InlineData(60, FaultCodes.ChipMemoryHeld)]
    public void The_driver_has_its_time_to_release_it(int seconds, string fault) =>
        Judge(Ended() with { Held = Held(ChipHolder.Nobody, seconds) }).Fault.ShouldBe(fault);

    [Theory]
    [InlineData(FaultCodes.DeviceTaken, ChipHolder.Others, "S")]
    [InlineData(FaultCodes.EngineStartWithoutRoom, ChipHolder.Others, "S")]
    [InlineData(FaultCodes.EngineStartForbidden, ChipHolder.Nobody, "S")]
    public void A_start_that_was_refused_for_that_or_for_another_reason_says_why(string refused, ChipHolder holder, string letter)
    {
        var start = new StartSign(Now) { RefusedFault = refused, RefusedBecause = "process 4711 is there" };
        var verdict = Judge(Ended() with { Held = Held(holder, 61), Start = start });
        (verdict.Rule, verdict.Fault, verdict.Rule.Letter).ShouldBe((EngineRules.StartRefused, refused, letter));
    }

    [Fact]
    public void Held_chips_explain_a_start_that_was_refused_for_the_port_of_whoever_holds_them()
    {
        var start = new StartSign(Now) { RefusedFault = FaultCodes.EnginePortTaken, RefusedBecause = "process 4711 listens" };
        Judge(Ended() with { Held = Held(ChipHolder.Others, 61), Start = start }).Fault.ShouldBe(FaultCodes.DeviceTaken);
    }

    [Fact]
    public void A_process_that_cannot_be_killed_comes_before_the_memory_that_it_holds()
    {
        var start = new StartSign(Now) { Stuck = ["4711 vllm"] };
        Judge(Ended() with { Held = Held(ChipHolder.Nobody, 61), Start = start }).Fault.ShouldBe(FaultCodes.EngineUnkillable);
    }

    [Fact]
    public void An_old_look_at_the_chips_says_nothing()
    {
        var limits = new EngineLimits();
        var held = Held(ChipHolder.Nobody, 61) with { At = Now - limits.ChipsLast - TimeSpan.FromSeconds(1) };
        Judge(Ended() with { Held = held }).Fault.ShouldBe(FaultCodes.EngineExited);
    }

    private static EngineVerdict Judge(EngineSigns signs) => EngineJudge.Judge(signs, new EngineLimits(), Now);

    private static EngineSigns Ended() => new() { Process = new ProcessSign(Now, EngineLife.Ended, "process 4711 ended with exit code 1") };

    private static HeldSign Held(ChipHolder holder, int seconds) =>
        new(Now, holder, TimeSpan.FromSeconds(seconds), Allowed, Subject.Chip(0, 0), "chip 0/0 holds 512 MB");
}
