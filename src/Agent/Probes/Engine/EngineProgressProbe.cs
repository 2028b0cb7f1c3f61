using Agent.Adapters.VllmHttp;
using Agent.Configuration.Declared;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Signs;

namespace Agent.Probes.Engine;

/// <summary>
/// The hang with /health 200: requests are there, and no counter moves. Seen by comparing scrapes of one run; a failed scrape
/// is not idleness. While they stand still it wants the chips looked at each time: that tells a hang from a long prompt within
/// seconds, and asking npu-smi as often all the time would cost too much. Requests that wait while none runs are told as such.
/// What it cannot see: a hang that began while the gauges stood at 0; the canary sees that.
/// </summary>
internal sealed class EngineProgressProbe(SupervisedEngine engine, TimeSpan interval, TimeSpan deadline, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("engine-progress", "5s", "5s", "Whether the counters of /metrics move while requests are there.");

    private const string Chips = "chip-usage";
    private const string Canary = "engine-canary";
    private const string Run = "engine-process";

    /// <summary>As the verdict takes it.</summary>
    private static readonly TimeSpan HeldAfter = new EngineLimits().HeldAfter;

    private readonly HttpTrack _scrapes = new(clock);
    private readonly CounterTrack _counters = new(clock, engine.Settings.StallGrace, 3 * interval);
    private readonly QueueTrack _queue = new(clock);

    public string Name => Declared.Name;

    public Subject Subject => engine.Settings.Subject;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
            return [this.CouldNotLook(reason, clock.GetUtcNow())];

        var run = engine.Handle.Run!;
        var answer = await engine.Http.CountersAsync(deadline * 0.9, cancellation);
        var scrape = _scrapes.Take(run, HttpTrack.EndOf(answer.End), answer.Value is null ? answer.Problem : "answers");
        if (answer.Value is not { } counters)
        {
            var wanted = WantedWithout(engine.Signs.Of(run), scrape);
            return [this.CouldNotLook(answer.Problem, scrape.At) with { Wants = wanted, Sign = new ScrapeFailed(run.Id, scrape) }];
        }

        var sign = _counters.Take(run, counters, engine.Signs.Of(run).Chips);
        var queue = counters.CanTell ? _queue.Take(run, counters) : null;
        var brought = new Scraped(run.Id, scrape, sign, _counters.Pauses, queue);
        if (!counters.CanTell)
            return [this.Faulty(FaultCodes.EngineMetricsMissing, sign.Text, sign.At) with { Sign = brought }];
        var seen = queue?.For >= HeldAfter
            ? this.Faulty(FaultCodes.EngineWorkWaits, queue.Text, sign.At)
            : this.Healthy(queue?.Text ?? (counters.HasWork ? sign.Text : "idle"), sign.At);
        return
        [
            seen with
            {
                Serving = sign.MovedAt == sign.At ? true : null,
                Measures = Figures(counters, sign),
                Wants = sign is { HasWork: true, StillFor.Ticks: > 0 } ? [Chips, Run] : [],
                Sign = brought,
            },
        ];
    }

    /// <summary>Without counters, with work when they were seen last: what the chips do, and one canary an episode.</summary>
    private static IReadOnlyList<string> WantedWithout(EngineSigns signs, HttpSign scrape)
    {
        if (scrape.End != HttpEnd.TimedOut || !signs.SawWork)
            return [];
        return signs.Health is { End: HttpEnd.Answered } health && health.Since <= scrape.Since && !(signs.Canary?.At >= scrape.Since) ? [Chips, Canary]
            : [Chips];
    }

    private static Dictionary<string, double> Figures(EngineCounters counters, CounterSign sign)
    {
        Dictionary<string, double> figures = new(StringComparer.Ordinal) { ["standstill_seconds"] = sign.StillFor.TotalSeconds };
        foreach (var (name, value) in ((string, double?)[])
            [("requests_running", counters.Running), ("requests_waiting", counters.Waiting), ("kv_cache_usage_ratio", counters.KvCacheUsage),
                ("generation_tokens", counters.GenerationTokens), ("prompt_tokens", counters.PromptTokens)])
        {
            if (value is { } figure)
                figures[name] = figure;
        }

        return figures;
    }
}
