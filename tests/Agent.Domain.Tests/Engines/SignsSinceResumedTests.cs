using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>An engine that was paused and goes on since a minute: what lasted longer has lasted for that minute.</summary>
public sealed class SignsSinceResumedTests
{
    private static readonly DateTimeOffset Resumed = Ago(60);

    public static TheoryData<string> Rows => [.. Lasting.Keys];

    private static Dictionary<string, (Func<DateTimeOffset, TimeSpan, EngineSigns> Seen, Func<EngineSigns, TimeSpan> Lasted)> Lasting => new()
    {
        ["counters stand still"] = ((at, lasted) => new() { Counters = new CounterSign(at, 3, 0, lasted) }, signs => signs.Counters!.StillFor),
        ["a rank stands still"] = ((at, lasted) => new() { Counters = new CounterSign(at, 3, 0, TimeSpan.Zero) { StuckRank = "1", StuckFor = lasted } },
            signs => signs.Counters!.StuckFor),
        ["/health is silent"] = ((at, lasted) => new() { Health = new HttpSign(at, HttpEnd.TimedOut, at - lasted, lasted, "late") },
            signs => signs.Health!.For),
        ["/metrics is silent"] = ((at, lasted) => new() { Metrics = new HttpSign(at, HttpEnd.TimedOut, at - lasted, lasted, "late") },
            signs => signs.Metrics!.For),
        ["the API server stands still"] = ((at, lasted) => new() { Server = new ServerSign(at, lasted, 9, "stands still") }, signs => signs.Server!.StillFor),
        ["requests wait"] = ((at, lasted) => new() { Queue = new QueueSign(at, 3, at - lasted, lasted) }, signs => signs.Queue!.For),
        ["chips are idle"] = ((at, lasted) => new() { Chips = new ChipSign(at, 9, lasted, "chips") }, signs => signs.Chips!.IdleFor),
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void What_lasted_through_the_pause_is_counted_from_its_end(string row)
    {
        var (seen, lasted) = Lasting[row];
        lasted(Of(seen(Ago(10), TimeSpan.FromSeconds(900)))).ShouldBe(TimeSpan.FromSeconds(50), "from its end to the newest look");
        lasted(Of(seen(Ago(10), TimeSpan.FromSeconds(50)))).ShouldBe(TimeSpan.FromSeconds(50));
        lasted(Of(seen(Ago(10), TimeSpan.FromSeconds(20)))).ShouldBe(TimeSpan.FromSeconds(20), "it began after the pause");
        lasted(Of(seen(Ago(70), TimeSpan.FromSeconds(900)))).ShouldBe(TimeSpan.Zero, "the newest look was in the pause");
    }

    [Theory]
    [InlineData(900, 60)]
    [InlineData(61, 60)]
    [InlineData(60, 60)]
    [InlineData(59, 59)]
    public void What_began_in_the_pause_or_before_begins_with_its_end(double began, double expected)
    {
        var late = new HttpSign(Ago(10), HttpEnd.TimedOut, Ago(began), TimeSpan.FromSeconds(began - 10), "late");
        var signs = Of(new() { Health = late, Metrics = late, Queue = new QueueSign(Ago(10), 3, Ago(began), TimeSpan.FromSeconds(began - 10)) });
        signs.Health!.Since.ShouldBe(Ago(expected));
        signs.Metrics!.Since.ShouldBe(Ago(expected));
        signs.Queue!.Since.ShouldBe(Ago(expected));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(59)]
    public void Silence_that_began_with_its_end_or_after_it_lasts_as_long_as_its_own_clock_says(double began)
    {
        var late = new HttpSign(Ago(10), HttpEnd.TimedOut, Ago(began), TimeSpan.FromSeconds(55), "late");
        Of(new() { Health = late, Metrics = late }).ShouldBe(new EngineSigns { Health = late, Metrics = late });
    }

    [Theory]
    [InlineData(CanaryEnd.Unanswered, 61, false)]
    [InlineData(CanaryEnd.Wrong, 61, false)]
    [InlineData(CanaryEnd.Unanswered, 60, true)]
    [InlineData(CanaryEnd.Unanswered, 59, true)]
    [InlineData(CanaryEnd.Right, 900, true)]
    public void A_row_of_canaries_that_began_before_the_end_of_the_pause_is_forgotten_unless_they_were_right(CanaryEnd end, double began, bool stays) =>
        (Of(new() { Canary = new CanarySign(Ago(10), end, 3, Ago(began), TimeSpan.FromSeconds(began - 10), "canary") }).Canary is not null).ShouldBe(stays);

    [Fact]
    public void A_start_stands_still_since_the_end_of_the_pause_and_lines_of_workers_count_from_it_on()
    {
        var log = Of(new() { Log = new LogSign(Ago(30), "serving", true, TimeSpan.FromHours(2)) { NoBlockAt = [Ago(61), Ago(60), Ago(5)] } }).Log!;
        log.StillFor.ShouldBe(TimeSpan.FromSeconds(60), "a log that says nothing since is looked at now");
        log.NoBlockAt.ShouldBe([Ago(60), Ago(5)]);
    }

    [Fact]
    public void What_was_not_seen_stays_unseen() => Of(new EngineSigns()).ShouldBe(new EngineSigns());

    private static EngineSigns Of(EngineSigns signs) => SignsSinceResumed.Of(signs, Resumed, Now);
}
