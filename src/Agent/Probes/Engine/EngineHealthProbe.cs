using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Engine;

/// <summary>
/// /health reads a flag: 200 proves little, 503 (500 before vLLM 0.11) means that the engine core is dead, refused means
/// that nobody listens. No answer in time is a busy API server, not a fault: healthy engines were killed for it in the field.
/// </summary>
internal sealed class EngineHealthProbe(SupervisedEngine engine, TimeSpan deadline, TimeProvider clock) : IProbe
{
    private readonly HttpTrack _track = new(clock);

    public string Name => "engine-health";

    public Subject Subject => engine.Settings.Subject;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
            return [this.CouldNotLook(reason, clock.GetUtcNow())];

        var run = engine.Host.Run!;
        var answer = await engine.Http.HealthAsync(deadline * 0.9, cancellation);
        var end = HttpTrack.EndOf(answer.End, saysDead: answer.Status is 500 or 503);
        var sign = _track.Take(run, end, end == HttpEnd.Answered ? "answers 200" : answer.Problem);
        engine.Signs.Leave(run, s => s with { Health = sign });
        return
        [
            end == HttpEnd.Answered
                ? this.Healthy("/health answers 200", sign.At)
                : this.CouldNotLook(answer.Problem, sign.At) with { Serving = end is HttpEnd.Refused or HttpEnd.SaysDead ? false : null },
        ];
    }
}
