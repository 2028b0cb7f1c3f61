using Agent.Adapters.VllmHttp;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Engine;

/// <summary>
/// The hang with /health 200: requests are there, and no counter moves. Seen by comparing two scrapes; a new run of the
/// engine starts the comparison anew, and a failed scrape is not idleness. What it cannot see: a hang that began while the
/// gauges stood at 0; the canary sees that.
/// </summary>
internal sealed class EngineProgressProbe(SupervisedEngine engine, TimeSpan deadline, TimeProvider clock) : IProbe
{
    private (EngineRun Run, EngineCounters Counters, long MovedAt)? _last;

    public string Name => "engine-progress";

    public Subject Subject => engine.Settings.Subject;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
        {
            _last = null;
            return [this.CouldNotLook(reason, clock.GetUtcNow())];
        }

        var run = engine.Host.Run!;
        var answer = await engine.Http.CountersAsync(deadline * 0.9, cancellation);
        var now = clock.GetUtcNow();
        if (answer.Value is not { } counters)
            return [this.CouldNotLook(answer.Problem, now)];
        if (!counters.CanTell)
            return [this.Faulty(FaultCodes.EngineMetricsMissing, "/metrics has no vllm: token counters", now)];

        return [Judge(run, counters, now) with { Measures = Figures(counters) }];
    }

    private Observation Judge(EngineRun run, EngineCounters counters, DateTimeOffset now)
    {
        var known = _last is { } last && last.Run == run ? last : (Run: run, Counters: counters, MovedAt: clock.GetTimestamp());
        var moved = counters.MovedFrom(known.Counters);
        // Without work there is nothing to get on with: the grace time begins when work is there.
        var movedAt = moved || !counters.HasWork ? clock.GetTimestamp() : known.MovedAt;
        _last = (run, counters, movedAt);

        var still = clock.GetElapsedTime(movedAt);
        var load = $"{counters.Running:0} running, {counters.Waiting:0} waiting";
        if (still > engine.Settings.StallGrace)
            return this.Faulty(FaultCodes.EngineHung, $"no token for {Durations.Text(still)} with {load}", now) with { Serving = false };
        return this.Healthy(counters.HasWork ? load : "idle", now) with { Serving = moved ? true : null };
    }

    private static Dictionary<string, double> Figures(EngineCounters counters)
    {
        Dictionary<string, double> figures = new(StringComparer.Ordinal);
        foreach (var (name, value) in ((string, double?)[])
            [("requests_running", counters.Running), ("requests_waiting", counters.Waiting), ("kv_cache_usage_ratio", counters.KvCacheUsage), ("generation_tokens", counters.GenerationTokens), ("prompt_tokens", counters.PromptTokens)])
        {
            if (value is { } figure)
                figures[name] = figure;
        }

        return figures;
    }
}
