using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>What people read of a sign: a figure that is not there, or that says nothing, is not told.</summary>
public sealed class SignTextsTests
{
    private static CounterSign Quiet => new(Now, 3, 2, TimeSpan.Zero) { HasWork = true };
    private static CounterSign Still => Quiet with { StillFor = TimeSpan.FromSeconds(90) };

    private static Dictionary<string, CounterSign> Counters => new(StringComparer.Ordinal)
    {
        ["/metrics has no counters of vLLM"] = Still with { CanTell = false },
        ["3 running, 2 waiting"] = Quiet,
        ["3 running, 2 waiting, flat for 1m30s"] = Still,
        ["3 running, 2 waiting, asleep"] = Still with { IsAsleep = true },
        ["0 running, 1 waiting"] = Still with { Running = 0, Waiting = 1, HasWork = false },
        ["3 running, 2 waiting, rank 1 flat for 20s"] = Quiet with { StuckRank = "1", StuckFor = TimeSpan.FromSeconds(20) },
        ["3 running, 2 waiting, flat for 1m30s, rank 0 flat for 2m"] = Still with { StuckRank = "0", StuckFor = TimeSpan.FromMinutes(2) },
    };

    public static TheoryData<string> CounterTexts => [.. Counters.Keys];

    [Theory]
    [MemberData(nameof(CounterTexts))]
    public void Counters_are_told_with_what_stands_still(string text) => Counters[text].Text.ShouldBe(text);

    [Fact]
    public void A_rank_is_told_when_it_has_a_number_and_stood_still()
    {
        (Quiet with { StuckRank = "1" }).Text.ShouldBe("3 running, 2 waiting");
        (Quiet with { StuckFor = TimeSpan.FromSeconds(20) }).Text.ShouldBe("3 running, 2 waiting");
    }

    [Theory]
    [InlineData(null, "20 waiting, none running for 30s")]
    [InlineData(0.0, "20 waiting, none running for 30s")]
    [InlineData(1.0, "20 waiting, none running for 30s, 1 of them for something outside the engine")]
    public void A_queue_is_told_with_how_many_wait_for_something_outside(double? deferred, string text) =>
        new QueueSign(Now, 20, Ago(30), TimeSpan.FromSeconds(30)) { Deferred = deferred }.Text.ShouldBe(text);

    [Theory]
    [InlineData(29, "longest with work 25s, with idle chips 5s, in 29m of work; counts from 30m on")]
    [InlineData(30, "longest with work 25s, with idle chips 5s, in 30m of work")]
    [InlineData(31, "longest with work 25s, with idle chips 5s, in 31m of work")]
    public void Pauses_are_told_with_the_time_that_is_still_missing(double minutes, string text) =>
        new HealthyPauseSign(Now, new HealthyPauses(TimeSpan.FromMinutes(minutes), TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(5))).Text.ShouldBe(text);
}
