using Agent.Domain.Engines;
using Microsoft.Extensions.Time.Testing;

namespace Agent.Tests.Engines;

/// <summary>
/// Every kind of hang with work in flight, at every second of the probes' schedule: how long until the verdict; and hours of hard
/// healthy load, in which there is none. All times are the defaults, all looks those of the probes; only time is not real.
/// </summary>
public sealed class HangLatencyTests(ITestOutputHelper output)
{
    /// <summary>All looks of an engine fall on the same seconds again after a minute.</summary>
    private const int Phases = 60;

    private static readonly RankLayout Tensor = new(2, 1, 1, ExpertParallel: false);
    private static readonly RankLayout Dense = new(1, 1, 2, ExpertParallel: false);

    private static readonly Stretch Start = new("started", 1) { Starts = true };
    private static readonly Stretch Idle = new("idle", 30);
    private static readonly Stretch Works = new("works", 90) { Running = 8, Tokens = 300, AiCorePercent = 40 };
    private static readonly Stretch Hangs = new("hangs", 400) { Running = 8, CanarySeconds = 1000 };
    private static readonly Stretch Deaf = Hangs with { IsSilent = true, ServerPercent = 0 };
    private static readonly Stretch Silent = new("answers nobody", 60) { IsSilent = true };
    private static readonly Stretch Prompt = new("reads a long prompt", 25) { Running = 1, AiCorePercent = 98, CanarySeconds = 40 };
    private static readonly Stretch Answers = new("answers", 50) { Running = 1, Tokens = 30, AiCorePercent = 25 };

    /// <summary>Name, what came before, how it hangs, bounds of median and worst in seconds.</summary>
    private static readonly Dictionary<string, (Stretch[] Before, Stretch Hang, RankLayout? Layout, int Median, int Worst)> Kinds = new(StringComparer.Ordinal)
    {
        ["chips idle"] = ([Start, Idle, Works], Hangs, Tensor, 20, 35),
        ["chips idle, layout unknown"] = ([Start, Idle, Works], Hangs, null, 20, 35),
        ["chips idle, requests only wait"] = ([Start, Idle, Works], Hangs with { Running = 0, Waiting = 5 }, Tensor, 20, 35),
        ["chips idle, under long prompts"] = ([Start, Idle, .. Repeated(12, Prompt, Answers)], Hangs, Tensor, 20, 35),
        ["chips idle, in the middle of a long prompt"] = ([Start, Idle, Works, Prompt with { Length = 12 }], Hangs with { Running = 1 }, Tensor, 35, 35),
        ["some chips spin, others idle"] = ([Start, Idle, Works], Hangs with { AiCorePercent = 100, OtherPercent = 0 }, Tensor, 20, 35),
        ["right after the start, chips never seen at work"] = ([Start, new Stretch("works", 6) { Running = 2, Tokens = 20 }], Hangs, Tensor, 35, 35),
        ["AI cores at 0 % all the while"] = ([Start, Idle, Works with { AiCorePercent = 0, Length = 60 }], Hangs, Tensor, 35, 35),
        ["/metrics does not answer, /health does, chips idle"] = ([Start, Idle, Works], Hangs with { MetricsAreLate = true }, Tensor, 32, 35),
        ["/metrics does not answer, /health does, requests were short and between scrapes"] =
            ([Start, Idle, Works with { Running = 0 }], Hangs with { Running = 0, MetricsAreLate = true }, Tensor, 32, 35),
        ["/metrics does not answer, /health does, nobody asks"] = ([Start, Works, Idle], Hangs with { Running = 0, MetricsAreLate = true }, Tensor, 120, 180),
        ["nothing answers, the API server stands still"] = ([Start, Idle, Works], Deaf, Tensor, 20, 35),
        ["nothing answers, its threads wake up now and then"] = ([Start, Idle, Works], Deaf with { ServerPercent = 2, ServerWaitsPercent = 1 }, Tensor, 20, 35),
        ["nothing answers, the chips end their work first"] = ([Start, Idle, Works, Deaf with { AiCorePercent = 40, Length = 8 }], Deaf, Tensor, 20, 35),
        ["nothing answers, requests were short and between scrapes"] = ([Start, Idle, Works with { Running = 0 }], Deaf with { Running = 0 }, Tensor, 20, 35),
        ["nothing answers, AI cores at 0 % all the while"] = ([Start, Idle, Works with { AiCorePercent = 0, Length = 60 }], Deaf, Tensor, 20, 35),
        ["nothing answers, after a burst"] = ([Start, Idle, Works, new Stretch("burst arrives", 40) { IsSilent = true }, Works], Deaf, Tensor, 20, 35),
        ["nothing answers, after it was silent and busy"] = ([Start, Idle, Works, new Stretch("burst arrives", 40) { IsSilent = true }], Deaf, Tensor, 20, 35),
        // What no sign tells from health: correctness first.
        ["chips at full load, learned in half an hour"] = ([Start, Idle, Works with { Length = 1900 }], Hangs with { AiCorePercent = 100 }, Tensor, 57, 60),
        ["chips at full load, learned from long prompts"] = ([Start, Idle, .. Repeated(30, Works, Prompt with { Length = 11 })],
            Hangs with { AiCorePercent = 100 }, Tensor, 65, 68),
        ["chips at full load, nothing learned yet"] = ([Start, Idle, Works], Hangs with { AiCorePercent = 100 }, Tensor, 127, 130),
        ["nothing answers, chips idle, the API server cannot be read"] = ([Start, Idle, Works], Deaf with { ServerIsUnseen = true }, Tensor, 130, 135),
        ["nothing answers, chips idle, the API server turns in circles"] = ([Start, Idle, Works], Deaf with { ServerPercent = 100 }, Tensor, 130, 135),
    };

    private static readonly Dictionary<string, (Stretch[] Round, RankLayout? Layout)> Loads = new(StringComparer.Ordinal)
    {
        ["long prompts"] = ([Works, Prompt, Answers, Prompt with { Length = 40, CanarySeconds = 60 }, Answers, Idle], Tensor),
        ["long prompts beside other requests"] = ([Works, Prompt with { Running = 9, Waiting = 3, Length = 40, CanarySeconds = 60 }, Works], Tensor),
        ["long prompts on one of two replicas"] = ([Works, Prompt with { OtherPercent = 0, Length = 40, CanarySeconds = 60 }, Answers, Idle], Dense),
        ["long prompts beside a spare chip"] = ([Works with { OtherPercent = 0 }, Prompt with { OtherPercent = 0, Length = 40, CanarySeconds = 60 },
            Answers with { OtherPercent = 0 }], new RankLayout(1, 1, 1, ExpertParallel: false)),
        ["long prompts through two stages"] = ([Works, Prompt with { OtherPercent = 0 }, Answers], new RankLayout(1, 2, 1, ExpertParallel: false)),
        ["long prompts, layout unknown"] = ([Works, Prompt with { OtherPercent = 0, Length = 40, CanarySeconds = 60 }, Answers], null),
        ["a quarter of an hour of short requests before each long prompt"] =
            ([Works with { Length = 900 }, Prompt with { Length = 40, CanarySeconds = 60 }, Answers], Tensor),
        ["bursts"] = ([Works, new Stretch("burst arrives", 40) { IsSilent = true }, new Stretch("burst is read", 60) { IsSilent = true, Running = 256,
            Tokens = 2000, AiCorePercent = 70, CanarySeconds = 100 }, Works with { Waiting = 300, CanarySeconds = 60 }, Idle], Tensor),
        ["slow /metrics, slow npu-smi"] = ([Works with { MetricsAreLate = true, CanarySeconds = 8 }, Idle with { MetricsAreLate = true, Length = 60 },
            Prompt with { ChipsAreUnseen = true, Length = 40, CanarySeconds = 60 }, Works with { ChipsAreUnseen = true }, Works], Tensor),
        ["slow /metrics beside short requests"] = ([Works with { Running = 0 }, Works with { Running = 0, MetricsAreLate = true, CanarySeconds = 8 },
            Idle with { MetricsAreLate = true, Length = 90, CanarySeconds = 15 }, Idle], Tensor),
        ["a busy API server over work that ends"] =
            ([Works, Works with { IsSilent = true, Length = 9 }, new Stretch("silent and idle", 31) { IsSilent = true }, Idle], Tensor),
        ["a minute of an API server that is busy over idle chips"] = ([Works, Silent, Works, Silent with { Running = 8 }, Works, Idle], Tensor),
        ["an API server that others starve of CPU"] =
            ([Works, Silent with { ServerPercent = 1, ServerWaitsPercent = 90 }, Works, Silent with { ServerPercent = 8 }, Idle], Tensor),
        ["a starved API server, where the kernel counts no waiting"] = ([Works, Silent with { ServerPercent = 1, ServerWants = true }, Works], Tensor),
        ["an API server whose memory was swapped out"] = ([Works, Silent with { ServerPercent = 0, ServerWants = true }, Works], Tensor),
        ["an API server that gets the CPU for a second in ten"] =
            ([Works, .. Repeated(6, Silent with { ServerPercent = 0, Length = 9 }, Silent with { Length = 4 }), Works], Tensor),
        ["an API server that cannot be read"] = ([Works, Silent with { ServerIsUnseen = true }, Works], Tensor),
        ["silent for two looks and standing still"] = ([Works, Silent with { ServerPercent = 0, Length = 9 }, Works], Tensor),
        ["silent and still over chips that work"] = ([Works, Silent with { ServerPercent = 0, AiCorePercent = 60, Running = 8, Tokens = 300 }, Works], Tensor),
        ["the agent has no turn, and so has the API server"] =
            ([Works, Silent with { ServerPercent = 0, Length = 8 }, Silent with { ServerPercent = 0, AgentIsAway = true, Length = 300 },
            Silent with { ServerPercent = 0, Length = 8 }, Works], Tensor),
        ["the agent has no turn"] = ([Works, Prompt, Prompt with { AgentIsAway = true, Length = 300 }, Prompt with { Length = 8 }, Works], Tensor),
        ["starved of CPU: steps of ten seconds between looks at idle chips"] = ([Works,
            .. Repeated(6, new Stretch("starved", 10) { Running = 8 }, new Stretch("a step", 2) { Running = 8, Tokens = 8, AiCorePercent = 60 })], Tensor),
        ["AI cores at 0 % always, short work first"] = ([Works with { AiCorePercent = 0, Length = 150 },
            Prompt with { AiCorePercent = 0, Length = 40, CanarySeconds = 60 }, Answers with { AiCorePercent = 0 }], Tensor),
    };

    public static TheoryData<string> HangRows => [.. Kinds.Keys];

    public static TheoryData<string> LoadRows => [.. Loads.Keys];

    [Theory]
    [MemberData(nameof(HangRows))]
    public void A_hang_with_work_in_flight_is_told_in_time(string kind)
    {
        var (before, hang, layout, median, worst) = Kinds[kind];
        List<int> told = [.. Enumerable.Range(0, Phases).Select(phase => Told([.. before, hang], layout, phase)).Order()];
        output.WriteLine($"{kind}: median {told[Phases / 2]} s, worst {told[^1]} s");
        told[Phases / 2].ShouldBeLessThanOrEqualTo(median);
        told[^1].ShouldBeLessThanOrEqualTo(worst);
    }

    [Theory]
    [MemberData(nameof(LoadRows))]
    public void Three_hours_of_hard_healthy_load_bring_no_verdict(string load)
    {
        var (round, layout) = Loads[load];
        for (var seed = 0; seed < 3; seed++)
        {
            // Looks fall on other seconds of each stretch.
            var random = new Random(seed);
            List<Stretch> script = [Start];
            while (script.Sum(s => s.Length) < 10_800)
                script.AddRange(round.Select(s => s with { Length = Math.Max(1, s.Length - random.Next(0, 5)) }));
            var engine = new BusyEngine(script);
            var watched = Watch(engine, layout, random.Next(Phases));
            for (var second = 0; second < engine.Length; second++)
            {
                var verdict = watched.Look(second);
                verdict.Fault.ShouldBeNull($"seed {seed}, {second} s, {engine.At(second).Name}: {verdict.Rule}: {verdict.Reason}");
            }
        }
    }

    private static WatchedEngine Watch(BusyEngine engine, RankLayout? layout, int phase) =>
        new(engine, new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero)), phase, layout, new EngineLimits { ReadsInParts = true });

    private static int Told(Stretch[] script, RankLayout? layout, int phase)
    {
        var engine = new BusyEngine(script);
        var watched = Watch(engine, layout, phase);
        var begin = engine.Length - script[^1].Length;
        for (var second = 0; second < engine.Length; second++)
        {
            var verdict = watched.Look(second);
            if (verdict.Fault is null)
                continue;
            second.ShouldBeGreaterThanOrEqualTo(begin, $"before it hung: {verdict.Rule}: {verdict.Reason}");
            return second - begin;
        }

        throw new InvalidOperationException($"never told at phase {phase}");
    }

    private static IEnumerable<Stretch> Repeated(int times, params Stretch[] stretches) => Enumerable.Repeat(stretches, times).SelectMany(s => s);
}
