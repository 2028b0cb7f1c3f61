using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Engine;

/// <summary>
/// The hang with /health 200: requests are there, and no counter moves. Seen by comparing scrapes of one run; a failed scrape
/// is not idleness. What it cannot see: a hang that began while the gauges stood at 0; the canary sees that.
/// </summary>
internal sealed class EngineProgressProbe(SupervisedEngine engine, TimeSpan deadline, TimeProvider clock) : IProbe
{
    private readonly HttpTrack _scrapes = new(clock);
    private readonly CounterTrack _counters = new(clock);

    public string Name => "engine-progress";

    public Subject Subject => engine.Settings.Subject;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
            return [this.CouldNotLook(reason, clock.GetUtcNow())];

        var run = engine.Host.Run!;
        var answer = await engine.Http.CountersAsync(deadline * 0.9, cancellation);
        var scrape = _scrapes.Take(run, HttpTrack.EndOf(answer.End), answer.Value is null ? answer.Problem : "answers");
        if (answer.Value is not { } counters)
        {
            engine.Signs.Leave(run, s => s with { Metrics = scrape });
            return [this.CouldNotLook(answer.Problem, scrape.At)];
        }

        var sign = _counters.Take(run, counters);
        engine.Signs.Leave(run, s => s with { Metrics = scrape, Counters = sign });
        if (!counters.CanTell)
            return [this.Faulty(FaultCodes.EngineMetricsMissing, sign.Text, sign.At)];
        return [this.Healthy(counters.HasWork ? sign.Text : "idle", sign.At) with { Serving = sign.MovedAt == sign.At ? true : null, Measures = Figures(counters, sign) }];
    }

    private static Dictionary<string, double> Figures(EngineCounters counters, CounterSign sign)
    {
        Dictionary<string, double> figures = new(StringComparer.Ordinal) { ["standstill_seconds"] = sign.StillFor.TotalSeconds };
        foreach (var (name, value) in ((string, double?)[])
            [("requests_running", counters.Running), ("requests_waiting", counters.Waiting), ("kv_cache_usage_ratio", counters.KvCacheUsage), ("generation_tokens", counters.GenerationTokens), ("prompt_tokens", counters.PromptTokens)])
        {
            if (value is { } figure)
                figures[name] = figure;
        }

        return figures;
    }
}
