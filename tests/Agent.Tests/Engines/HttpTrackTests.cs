using Agent.Domain.Engines;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

public sealed class HttpTrackTests
{
    private static readonly EngineRun Run = new(4711, 1, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");

    [Fact]
    public void Time_in_which_nobody_asked_is_no_silence()
    {
        var clock = new FakeTimeProvider();
        var track = new HttpTrack(clock);
        foreach (var pause in (double[])[5, 5, 3600, 5])
        {
            track.Take(Run, HttpEnd.TimedOut, "late");
            clock.Advance(TimeSpan.FromSeconds(pause));
        }

        track.Take(Run, HttpEnd.TimedOut, "late").For.ShouldBe(TimeSpan.FromSeconds(75));
        track.Take(Run, HttpEnd.Answered, "answers").For.ShouldBe(TimeSpan.Zero);
    }
}
