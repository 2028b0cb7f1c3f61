using Agent.Adapters.VllmHttp;
using Agent.Domain.Engines;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Engine;

/// <summary>
/// A small completion, the only look that goes through the whole engine. Not asked while the counters move: a busy engine
/// proves itself, and a canary behind a full queue times out on a healthy one. What it cannot see: why there is no answer.
/// </summary>
internal sealed class EngineCanaryProbe(SupervisedEngine engine, TimeProvider clock) : IProbe
{
    private static readonly TimeSpan CountersLimit = TimeSpan.FromSeconds(3);

    private readonly CanaryTrack _track = new(clock);
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

        var run = engine.Host.Run!;
        var before = await CountersAsync(cancellation);
        if (before is { IsAsleep: true })
            return [this.CouldNotLook("asleep on request", clock.GetUtcNow())];
        var seen = before is not null && _last is not null && before.HasWork && before.MovedFrom(_last)
            ? Told(Leave(run, _track.Busy(run)))
            : await AskAsync(run, before, cancellation);
        _last = await CountersAsync(cancellation);
        return [seen];
    }

    private async Task<Observation> AskAsync(EngineRun run, EngineCounters? before, CancellationToken cancellation)
    {
        CanarySign sign;
        var tries = 0;
        do
        {
            var asked = _track.Ask(run, before);
            var result = await Canary.AskAsync(engine, cancellation);
            before = await CountersAsync(cancellation);
            sign = Leave(run, _track.Take(asked, result, before, firstOfLook: tries == 0));
            tries++;
        }
        while (sign.End is not CanaryEnd.Right && tries < engine.Settings.Canary.Misses);
        return Told(sign);
    }

    private CanarySign Leave(EngineRun run, CanarySign sign)
    {
        engine.Signs.Leave(run, s => s with { Canary = sign });
        return sign;
    }

    private Observation Told(CanarySign sign)
    {
        var limit = engine.Settings.Canary.MaxSecondsPerToken;
        return sign switch
        {
            { End: CanaryEnd.NotNeeded } => this.Healthy(sign.Text, sign.At) with { Serving = true },
            { End: CanaryEnd.Right, HadEngineAlone: true, SecondsPerToken: { } perToken } when perToken > limit =>
                this.Faulty(FaultCodes.EngineSlow, FormattableString.Invariant($"{perToken:0.00} s for a token, allowed {limit:0.00}"), sign.At) with { Serving = true, Measures = Figures(perToken) },
            { End: CanaryEnd.Right } => this.Healthy(sign.Text, sign.At) with { Serving = true, Measures = Figures(sign.SecondsPerToken ?? 0) },
            // Nothing moved and no answer came: asked to, and did not. Behind moving counters it only waits.
            { End: CanaryEnd.Unanswered, CountersFlat: false } => this.CouldNotLook($"no canary answer, but the counters move: {sign.Text}", sign.At) with { Serving = true },
            _ => this.CouldNotLook(sign.Text, sign.At) with { Serving = false },
        };
    }

    private static Dictionary<string, double> Figures(double perToken) => new(StringComparer.Ordinal) { ["canary_seconds_per_token"] = perToken };

    private async Task<EngineCounters?> CountersAsync(CancellationToken cancellation) =>
        (await engine.Http.CountersAsync(CountersLimit, cancellation)).Value is { CanTell: true } counters ? counters : null;
}
