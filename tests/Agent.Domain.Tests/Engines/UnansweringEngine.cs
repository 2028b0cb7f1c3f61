using Agent.Domain.Engines;
using static Agent.Domain.Tests.Engines.SomeEngine;

namespace Agent.Domain.Tests.Engines;

/// <summary>Signs of an engine that gives no answer on some or all of its paths, or has no counters to read.</summary>
internal static class UnansweringEngine
{
    public static EngineSigns Silent(double seconds) => Idle with
    {
        Health = Http(HttpEnd.TimedOut, seconds),
        Metrics = Http(HttpEnd.TimedOut, seconds),
        Counters = Idle.Counters! with { At = Ago(seconds + 5), Running = 256, HasWork = true, MovedAt = Ago(seconds + 5) },
        Canary = Idle.Canary! with { At = Ago(seconds + 20) },
    };

    public static EngineSigns Deaf(double seconds, double? stillFor = null, int looks = 3) => Silent(seconds) with
    {
        Server = new ServerSign(Ago(1), TimeSpan.FromSeconds(stillFor ?? seconds), looks, "process 4711 stands still"),
        Chips = Chips(idleLooks: 4, idleFor: seconds),
    };

    /// <summary>/health answers, /metrics does not, there was work, and a canary got no answer.</summary>
    public static EngineSigns WithoutMetrics(double seconds) => Idle.Unanswered(1, 0, flat: null, workBefore: true) with
    {
        Metrics = Http(HttpEnd.TimedOut, seconds),
        Counters = Idle.Counters! with { At = Ago(seconds + 5), Running = 4, HasWork = true, MovedAt = Ago(seconds + 5) },
        Chips = Chips(idleLooks: 4, idleFor: seconds),
    };

    public static EngineSigns WithStuckRank(double seconds)
    {
        var moving = Idle.Moving();
        return moving with { Counters = moving.Counters! with { StuckRank = "1", StuckFor = TimeSpan.FromSeconds(seconds) } };
    }

    public static EngineSigns WithoutCounters(EngineSigns signs) =>
        signs with { Counters = new CounterSign(Ago(1), 0, 0, TimeSpan.Zero) { CanTell = false }, Chips = null };
}
