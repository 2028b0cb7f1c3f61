using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>Requests that wait while none runs, scrape after scrape.</summary>
public sealed class QueueTrackTests
{
    private static readonly EngineRun Run = new(4711, 1, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");

    private readonly FakeTimeProvider _clock = new();
    private readonly QueueTrack _track;

    public QueueTrackTests() => _track = new QueueTrack(_clock);

    [Fact]
    public void Waiting_for_a_partner_is_counted_through_our_own_canaries()
    {
        Take(Of(0, 0, 100)).ShouldBeNull();
        var tokens = 100;
        QueueSign? sign = null;
        for (var look = 0; look <= 24; look++)
        {
            // A canary each minute runs in one scrape and is counted in the next.
            var canary = look % 12 == 6;
            sign = Take(Of(canary ? 1 : 0, 20, tokens += look % 12 is 6 or 7 ? 4 : 0, deferred: 20)).ShouldNotBeNull();
        }

        (sign!.Waiting, sign.Deferred, sign.For).ShouldBe((20d, 20d, TimeSpan.FromMinutes(2)));
        Take(Of(0, 0, tokens)).ShouldBeNull("nobody waits any more");
    }

    [Theory]
    [InlineData(3, 20, 50, "a full batch with a queue behind it")]
    [InlineData(0, 20, 50, "requests so short that none is ever seen to run")]
    [InlineData(3, 20, 0, "a long prompt is read, and others wait behind it")]
    [InlineData(0, 0, 0, "idle")]
    public void Work_that_is_done_is_no_waiting(double running, double waiting, double perLook, string why)
    {
        for (var look = 0; look < 50; look++)
        {
            if (look >= 3)
                Take(Of(running, waiting, 100 + (look * perLook))).ShouldBeNull(why);
            else
                Take(Of(running, waiting, 100 + (look * perLook)));
        }
    }

    [Fact]
    public void A_partner_that_is_back_ends_it()
    {
        for (var look = 0; look < 20; look++)
            Take(Of(0, 20, 100));
        Take(Of(20, 3, 140));
        Take(Of(20, 2, 180));
        Take(Of(20, 1, 220)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null, 20d)]
    [InlineData(0d, null)]
    [InlineData(null, null)]
    public void A_version_without_the_gauges_shows_no_waiting(double? running, double? waiting)
    {
        for (var look = 0; look < 10; look++)
            Take(new EngineCounters(running, waiting, 100, 8, 100, 0.1)).ShouldBeNull();
    }

    [Fact]
    public void Another_run_and_sleep_begin_anew()
    {
        for (var look = 0; look < 10; look++)
            Take(Of(0, 20, 100));
        Take(Of(0, 20, 100) with { IsAsleep = true }).ShouldBeNull();
        for (var look = 0; look < 10; look++)
            Take(Of(0, 20, 100));
        _track.Take(Run with { ProcessId = 4712 }, Of(0, 20, 100))!.For.ShouldBe(TimeSpan.Zero);
    }

    private QueueSign? Take(EngineCounters counters)
    {
        _clock.Advance(TimeSpan.FromSeconds(5));
        return _track.Take(Run, counters);
    }

    private static EngineCounters Of(double running, double waiting, double tokens, double? deferred = null) =>
        new(running, waiting, tokens, 8, tokens, 0.1) { Deferred = deferred };
}
