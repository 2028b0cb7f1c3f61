using Agent.Domain.Engines;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>
/// Healthy engines were killed in the field for being busy, up to eight times a day. An hour and more of hard but healthy load,
/// seen through the default times of the probes and judged every second, twice as often: no verdict may name a fault.
/// </summary>
public sealed class HealthyHourTests
{
    private static readonly Stretch Idle = new("an idle night", 400);

    private static readonly Stretch[] Script =
    [
        new Stretch("a slow start, graphs captured at its end", 590) { Starts = true, AiCorePercent = 30 },
        Idle,
        new Stretch("saturation at max-num-seqs", 600) { Running = 256, Waiting = 300, Tokens = 2500, AiCorePercent = 80, CanarySeconds = 60 },
        new Stretch("a burst of 1280 requests arrives", 40) { IsSilent = true },
        new Stretch("the burst is read", 110) { IsSilent = true, Running = 256, Waiting = 1024, Tokens = 2500, AiCorePercent = 70, CanarySeconds = 100 },
        new Stretch("the burst is worked off", 120) { Running = 256, Waiting = 500, Tokens = 2500, AiCorePercent = 90, CanarySeconds = 100 },
        Idle with { Length = 65 },
        new Stretch("a prompt of 100000 tokens, read in one piece", 110) { Running = 1, AiCorePercent = 99, CanarySeconds = 111 },
        new Stretch("its answer", 60) { Running = 1, Tokens = 40, AiCorePercent = 30 },
        Idle with { Length = 90 },
        new Stretch("the same with a queue behind it, npu-smi too slow to tell", 110) { Running = 1, Waiting = 20, AiCorePercent = 99,
            ChipsAreUnseen = true, CanarySeconds = 111 },
        new Stretch("its answer", 30) { Running = 20, Tokens = 400, AiCorePercent = 60, ChipsAreUnseen = true },
        new Stretch("/metrics is slow", 300) { Running = 40, Tokens = 900, AiCorePercent = 60, MetricsAreLate = true, CanarySeconds = 8 },
        new Stretch("/metrics is slow and npu-smi too", 200) { Running = 40, Tokens = 900, AiCorePercent = 60, MetricsAreLate = true, ChipsAreUnseen = true,
            CanarySeconds = 15 },
        new Stretch("one request, a token a second", 300) { Running = 1, Tokens = 1, AiCorePercent = 5 },
        Idle with { Length = 600 },
    ];

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_verdict_names_a_fault(int seed)
    {
        // The looks fall on other seconds of the script each time.
        var random = new Random(seed);
        var engine = new BusyEngine([.. Script.Select(s => s with { Length = s.Length + random.Next(-4, 1) })]);
        var watched = new WatchedEngine(engine, _clock, offset: random.Next(60));
        Dictionary<EngineState, int> states = [];
        for (var second = 0; second < engine.Length; second++)
        {
            var verdict = watched.Look(second);
            verdict.Fault.ShouldBeNull($"{second} s, {engine.At(second).Name}: {verdict.Rule}: {verdict.Reason}");
            states[verdict.State] = states.GetValueOrDefault(verdict.State) + 1;
        }

        engine.Length.ShouldBeGreaterThan(3600);
        states.Keys.ShouldBe([EngineState.Starting, EngineState.Idle, EngineState.Busy, EngineState.Saturated], ignoreOrder: true);
    }

    // The other side of the same: what is no fault there is one as soon as it is one.
    [Theory]
    [InlineData(0, 45)]
    [InlineData(100, 125)]
    public void A_hang_with_work_in_flight_is_told_in_time(int aiCorePercent, int limit)
    {
        Stretch[] script =
        [
            new Stretch("started", 1) { Starts = true },
            new Stretch("works", 200) { Running = 8, Tokens = 300, AiCorePercent = 50 },
            new Stretch("hangs", 300) { Running = 8, AiCorePercent = aiCorePercent, CanarySeconds = 1000 },
        ];
        var engine = new BusyEngine(script);
        var watched = new WatchedEngine(engine, _clock, offset: 0);
        var told = Enumerable.Range(0, engine.Length).First(second => watched.Look(second).State == EngineState.Hung);
        (told - 201).ShouldBeInRange(1, limit);
    }
}
