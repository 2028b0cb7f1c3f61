using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>How long a sign may be taken for the present, and what proves that an engine works.</summary>
public sealed class EngineViewTests
{
    private static EngineLimits Limits => new()
    {
        HttpLasts = TimeSpan.FromSeconds(20),
        CanaryLasts = TimeSpan.FromSeconds(240),
        ChipsLast = TimeSpan.FromSeconds(60),
    };

    private static Dictionary<string, (double Lasts, Func<double, EngineSigns> Seen, Func<EngineView, object?> Shown)> Signs => new()
    {
        ["/health"] = (20, ago => new() { Health = Http(HttpEnd.Answered, 0) with { At = Ago(ago) } }, view => view.Health),
        ["/metrics"] = (20, ago => new() { Metrics = Http(HttpEnd.Answered, 0) with { At = Ago(ago) } }, view => view.Metrics),
        ["API server"] = (20, ago => new() { Server = new ServerSign(Ago(ago), TimeSpan.Zero, 1, "stands still") }, view => view.Server),
        ["counters"] = (20, ago => new() { Counters = new CounterSign(Ago(ago), 0, 0, TimeSpan.Zero) }, view => view.Counters),
        ["queue"] = (20, ago => new() { Queue = new QueueSign(Ago(ago), 1, Ago(ago), TimeSpan.Zero) }, view => view.Queue),
        ["canary"] = (240, ago => Idle.Answered(ago), view => view.Canary),
        ["chips"] = (60, ago => new() { Chips = Chips(ago: ago) }, view => view.Chips),
        ["chip memory"] = (60, ago => new()
        {
            Held = new HeldSign(Ago(ago), ChipHolder.Nobody, TimeSpan.Zero, TimeSpan.Zero, Subject.Chip(0, 0), "held"),
        }, view => view.Held),
    };

    public static TheoryData<string> Rows => [.. Signs.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_sign_is_taken_for_the_present_until_its_time_is_over(string sign)
    {
        var (lasts, seen, shown) = Signs[sign];
        shown(View(seen(0))).ShouldNotBeNull();
        shown(View(seen(lasts))).ShouldNotBeNull("its time is over after that moment, not at it");
        shown(View(seen(lasts + 0.1))).ShouldBeNull();
        shown(View(new EngineSigns())).ShouldBeNull("a sign that nobody saw is none");
    }

    [Fact]
    public void Counters_that_are_not_there_are_not_read()
    {
        var without = View(new EngineSigns { Counters = new CounterSign(Now, 0, 0, TimeSpan.Zero) { CanTell = false } });
        (without.Counters, without.HasNoCounters).ShouldBe((null, true));
        View(Idle).HasNoCounters.ShouldBeFalse();
        View(new EngineSigns()).HasNoCounters.ShouldBeFalse("nobody looked yet");
    }

    [Theory]
    [InlineData(60, 60, CanaryEnd.Right, false)]
    [InlineData(59, 60, CanaryEnd.Right, true)]
    [InlineData(60, 59, CanaryEnd.Right, true)]
    [InlineData(60, 59, CanaryEnd.Wrong, true)]
    [InlineData(60, 59, CanaryEnd.Unanswered, false)]
    [InlineData(60, 59, CanaryEnd.NotNeeded, false)]
    [InlineData(60, 59, CanaryEnd.Failed, false)]
    [InlineData(61, 61, CanaryEnd.Right, false)]
    public void Work_after_a_moment_is_proven_by_counters_that_moved_or_a_canary_that_was_answered_later_than_it(double moved, double canary, CanaryEnd end,
        bool worked)
    {
        var signs = Idle.Answered(canary);
        View(signs with { Counters = signs.Counters! with { MovedAt = Ago(moved) }, Canary = signs.Canary! with { End = end } })
            .WorkedAfter(Ago(60)).ShouldBe(worked);
    }

    [Fact]
    public void An_engine_of_which_nothing_was_seen_has_proven_no_work() => View(new EngineSigns()).WorkedAfter(Ago(60)).ShouldBeFalse();

    [Theory]
    [InlineData(12, 120, 12)]
    [InlineData(12, 12, 12)]
    [InlineData(12, 5, 5)]
    public void Two_signs_that_agree_never_need_longer_than_one(double agreed, double grace, double expected) =>
        new EngineLimits { AgreedGrace = TimeSpan.FromSeconds(agreed), StallGrace = TimeSpan.FromSeconds(grace) }
            .Agreed.ShouldBe(TimeSpan.FromSeconds(expected));

    private static EngineView View(EngineSigns signs) => new(signs, Limits, Now);
}
