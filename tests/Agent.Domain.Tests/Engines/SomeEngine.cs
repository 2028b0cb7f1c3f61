using Agent.Domain.Engines;

namespace Agent.Domain.Tests.Engines;

/// <summary>Signs of an engine that serves, and of what may be wrong with it.</summary>
internal static class SomeEngine
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    public static EngineSigns Idle => new()
    {
        Process = new ProcessSign(Now, EngineLife.Running, "process 4711, up 2h"),
        Core = new CoreSign(Now, null, "1 of 1 live"),
        Log = new LogSign(Now, "serving", true, TimeSpan.FromMinutes(30)),
        Health = Http(HttpEnd.Answered, 3600),
        Metrics = Http(HttpEnd.Answered, 3600),
        Counters = new CounterSign(Ago(1), 0, 0, TimeSpan.Zero) { MovedAt = Ago(600) },
        Canary = new CanarySign(Ago(20), CanaryEnd.Right, 40, Ago(2400), TimeSpan.FromSeconds(2400), "answered \"Paris\"")
        {
            CountersFlat = false,
            HadEngineAlone = true,
            SecondsPerToken = 0.02
        },
        Chips = Chips(idleLooks: 20, idleFor: 300),
    };

    public static DateTimeOffset Ago(double seconds) => Now.AddSeconds(-seconds);

    public static HttpSign Http(HttpEnd end, double forSeconds) => new(Ago(1), end, Ago(forSeconds + 1), TimeSpan.FromSeconds(forSeconds), $"ends {end}");

    /// <summary>Work, and counters that have stood still for so long.</summary>
    public static EngineSigns Flat(this EngineSigns signs, double seconds, double running = 3, double waiting = 0) => signs with
    {
        Counters = new CounterSign(Ago(1), running, waiting, TimeSpan.FromSeconds(seconds)) { HasWork = running + waiting > 0, MovedAt = Ago(seconds + 1) },
        Canary = signs.Canary! with { End = CanaryEnd.NotNeeded, At = Ago(seconds + 20) },
        Chips = null,
    };

    public static EngineSigns Moving(this EngineSigns signs, double running = 3, double waiting = 0) => signs with
    {
        Counters = new CounterSign(Ago(1), running, waiting, TimeSpan.Zero) { HasWork = true, MovedAt = Ago(1) },
        Chips = Chips(computes: true),
    };

    public static EngineSigns Unanswered(this EngineSigns signs, int times, double forSeconds, bool? flat = true, bool workBefore = false) => signs with
    {
        Canary = new CanarySign(Ago(1), CanaryEnd.Unanswered, times, Ago(forSeconds + 1), TimeSpan.FromSeconds(forSeconds),
            "no answer within 20 s")
        { CountersFlat = flat, WorkBefore = workBefore },
    };

    public static EngineSigns Wrong(this EngineSigns signs) => signs with { Canary = Idle.Canary! with { End = CanaryEnd.Wrong, InARow = 2 } };

    public static EngineSigns Answered(this EngineSigns signs, double secondsAgo) => signs with { Canary = Idle.Canary! with { At = Ago(secondsAgo) } };

    public static EngineSigns Ended(this EngineSigns signs, bool killed = false, double forSeconds = 5, params string[] leftovers) => signs with
    {
        Process = new ProcessSign(Now, EngineLife.Ended, "process 4711 ended with exit code 0 in stage serving")
        {
            WasKilled = killed,
            EndedFor = TimeSpan.FromSeconds(forSeconds),
            Leftovers = leftovers
        },
    };

    public static EngineSigns Asked(this EngineSigns signs) => signs with { Process = signs.Process! with { WasAsked = true } };

    public static EngineSigns Died(this EngineSigns signs, double secondsAgo, string? fault = null) => signs with
    {
        Log = signs.Log! with
        {
            DeathLine = "EngineCore encountered an issue.",
            DeathAt = Ago(secondsAgo),
            CauseFault = fault,
            Cause = fault is null ? null : "cause",
            CauseLine = fault is null ? null : "the first error",
        },
    };

    /// <summary>The cause was read so long ago.</summary>
    public static EngineSigns Told(this EngineSigns signs, double secondsAgo) => signs with { Log = signs.Log! with { CauseAt = Ago(secondsAgo) } };

    public static EngineSigns NoBlock(this EngineSigns signs, params double[] secondsAgo) =>
        signs with { Log = signs.Log! with { NoBlockAt = [.. secondsAgo.Select(Ago)] } };

    /// <summary>What the last good scrape saw: requests, and whether tokens came right before it.</summary>
    public static EngineSigns With(this EngineSigns signs, double running, bool moved) => signs with
    {
        Counters = signs.Counters! with { Running = running, HasWork = running > 0, MovedAt = moved ? signs.Counters.At : Ago(600) },
    };

    /// <summary>Looks at even distances; chips that were seen at work unless something else is said.</summary>
    public static ChipSign Chips(int idleLooks = 0, double idleFor = 0, bool computes = false, int uneven = 0, double ago = 3, bool? canTell = true) =>
        new(Ago(ago), idleLooks, TimeSpan.FromSeconds(idleFor), "chips")
        {
            IdleAt = [.. Enumerable.Range(0, idleLooks).Select(look => Ago(ago + idleFor - (look * idleFor / Math.Max(1, idleLooks - 1))))],
            UnevenAt = [.. Enumerable.Range(0, uneven).Select(look => Ago(ago + ((uneven - 1 - look) * 5)))],
            CanTell = canTell,
            Computes = computes,
            HoldsMemory = true,
        };

    /// <summary>So much was learned of its pauses.</summary>
    public static EngineSigns Learned(this EngineSigns signs, double workedMinutes, double longest, double longestIdle = 0) => signs with
    {
        HealthyPauses = new HealthyPauseSign(Now,
            new HealthyPauses(TimeSpan.FromMinutes(workedMinutes), TimeSpan.FromSeconds(longest), TimeSpan.FromSeconds(longestIdle))),
    };
}
