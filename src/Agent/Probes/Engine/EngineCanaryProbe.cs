using Agent.Adapters.VllmHttp;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Engine;

/// <summary>
/// A small completion, the only look that goes through the whole engine. Not asked while the counters move: a busy engine
/// proves itself, and a canary behind a full queue times out on a healthy one. A miss counts only with counters standing
/// still, and only several in a row.
/// </summary>
internal sealed class EngineCanaryProbe(SupervisedEngine engine, TimeProvider clock) : IProbe
{
    private static readonly TimeSpan CountersLimit = TimeSpan.FromSeconds(3);

    private EngineCounters? _last;

    public string Name => "engine-canary";

    public Subject Subject => engine.Settings.Subject;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
        {
            _last = null;
            return [this.CouldNotLook(reason, clock.GetUtcNow())];
        }

        var before = await CountersAsync(cancellation);
        if (before is not null && _last is not null && before.HasWork && before.MovedFrom(_last))
        {
            _last = before;
            return [this.Healthy("busy: the counters move, no canary needed", clock.GetUtcNow()) with { Serving = true }];
        }

        var seen = await AskAsync(before, cancellation);
        _last = await CountersAsync(cancellation);
        return [seen];
    }

    private async Task<Observation> AskAsync(EngineCounters? before, CancellationToken cancellation)
    {
        var settings = engine.Settings.Canary;
        CanaryResult result;
        var tries = 0;
        do
        {
            result = await Canary.AskAsync(engine, cancellation);
            tries++;
        }
        while (!result.IsRight && tries < settings.Misses);

        var now = clock.GetUtcNow();
        if (result.IsRight)
            return Right(result, now);
        if (result.End == VllmEnd.Answered)
            return this.Faulty(FaultCodes.EngineOutputDegraded, $"{tries} canaries in a row: {result.Complaint}", now) with { Serving = false };

        var after = await CountersAsync(cancellation);
        var moved = before is not null && after?.MovedFrom(before) == true;
        if (moved)
            return this.CouldNotLook($"no canary answer, but the counters move: {result.Text}", now) with { Serving = true };
        return result.End == VllmEnd.TimedOut
            ? this.Faulty(FaultCodes.EngineHung, $"{tries} canaries in a row unanswered, counters stand still", now, result.Text) with { Serving = false }
            : this.CouldNotLook(result.Text, now) with { Serving = false };
    }

    private Observation Right(CanaryResult result, DateTimeOffset now)
    {
        var perToken = result.SecondsPerToken ?? 0;
        var limit = engine.Settings.Canary.MaxSecondsPerToken;
        var seen = perToken > limit
            ? this.Faulty(FaultCodes.EngineSlow, $"{perToken:0.00} s for a token, allowed {limit:0.00}", now)
            : this.Healthy($"answered \"{result.Text.Trim()}\", {perToken * 1000:0} ms a token", now);
        return seen with { Serving = true, Measures = new Dictionary<string, double>(StringComparer.Ordinal) { ["canary_seconds_per_token"] = perToken } };
    }

    private async Task<EngineCounters?> CountersAsync(CancellationToken cancellation) =>
        (await engine.Http.CountersAsync(CountersLimit, cancellation)).Value is { CanTell: true } counters ? counters : null;
}
