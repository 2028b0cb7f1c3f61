using Agent.Adapters;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Adapters;

public sealed class SteadyClockTests
{
    private readonly FakeTimeProvider _passing = new(Story.Start);
    private readonly SettableClock _host;

    public SteadyClockTests() => _host = new SettableClock(_passing);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(60)]
    [InlineData(-60)]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(86400)]
    [InlineData(-86400)]
    [InlineData(1_000_000_000)]
    public void A_clock_that_is_set_moves_only_what_people_are_told(int seconds)
    {
        var clock = new SteadyClock(_host);
        var zero = clock.Zero();
        _passing.Advance(TimeSpan.FromSeconds(10));
        _host.SetBy = TimeSpan.FromSeconds(seconds);
        _passing.Advance(TimeSpan.FromSeconds(10));
        clock.GetUtcNow().ShouldBe(Story.Start.AddSeconds(20));
        clock.Zero().ShouldBe(zero);
        clock.HostNow().ShouldBe(Story.Start.AddSeconds(20 + seconds));
        clock.SetBy().ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public async Task What_waits_is_woken_by_time_that_passes_and_not_by_a_clock_that_is_set()
    {
        var clock = new SteadyClock(_host);
        var waits = Task.Delay(TimeSpan.FromMinutes(1), clock, TestContext.Current.CancellationToken);
        _host.SetBy = TimeSpan.FromDays(1);
        _passing.Advance(TimeSpan.FromSeconds(59));
        waits.IsCompleted.ShouldBeFalse();
        _host.SetBy = TimeSpan.FromDays(-2);
        _passing.Advance(TimeSpan.FromSeconds(1));
        await waits;
    }

    [Fact]
    public void Two_readings_of_one_clock_are_no_step()
    {
        var clock = new SteadyClock(_host);
        _host.SetBy = TimeSpan.FromMilliseconds(-200);
        clock.SetBy().ShouldBe(TimeSpan.Zero);
    }
}
