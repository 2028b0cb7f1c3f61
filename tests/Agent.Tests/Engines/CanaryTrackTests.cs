using Agent.Adapters.VllmHttp;
using Agent.Engines.Runs;
using Agent.Engines.Signs;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>The time of a canary is held against the engine only where the counters show that it had the engine alone.</summary>
public sealed class CanaryTrackTests
{
    private static readonly EngineRun Run = new(4711, 1, "boot", DateTimeOffset.UnixEpoch, "/log", "vllm serve m");
    private static readonly EngineCounters Idle = new(Running: 0, Waiting: 0, GenerationTokens: 1000, PromptTokens: 100, Iterations: 500, KvCacheUsage: 0.5);
    private static readonly EngineCounters IdleAfter = Idle with { GenerationTokens = 1008 };

    private static readonly Dictionary<string, (EngineCounters? Before, EngineCounters? After, bool Alone)> Cases = new()
    {
        ["nothing but the canary"] = (Idle, IdleAfter, true),
        ["a version that does not count the tokens"] = (Idle with { GenerationTokens = null }, Idle with { GenerationTokens = null }, true),
        ["work before it"] = (Idle with { Running = 3 }, IdleAfter, false),
        ["work after it"] = (Idle, IdleAfter with { Waiting = 2 }, false),
        ["work that came and went while it was asked"] = (Idle, Idle with { GenerationTokens = 1500 }, false),
        ["/metrics too slow to be read before it"] = (null, IdleAfter, false),
        ["/metrics too slow to be read after it"] = (Idle, null, false),
    };

    public static TheoryData<string> Rows => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_canary_had_the_engine_alone_or_not(string row)
    {
        var (before, after, alone) = Cases[row];
        var track = new CanaryTrack(new FakeTimeProvider());
        var sign = track.Take(track.Ask(Run, before), new CanaryResult(VllmEnd.Answered, "Paris", null, 1.5) { Tokens = 8 }, after, firstOfLook: true);
        sign.AskedAt.ShouldNotBeNull();
        (sign.HadEngineAlone, sign.SecondsPerToken).ShouldBe((alone, 1.5));
    }
}
