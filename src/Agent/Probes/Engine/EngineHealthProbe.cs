using Agent.Adapters.VllmHttp;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Probes.Engine;

/// <summary>
/// /health reads a flag: 200 proves little, 503 (500 before vLLM 0.11) means that the engine core is dead, refused means
/// that nobody listens. No answer in time is a busy API server, not a fault: healthy engines were killed for it in the field.
/// </summary>
internal sealed class EngineHealthProbe(SupervisedEngine engine, TimeSpan deadline, TimeProvider clock) : IProbe
{
    public string Name => "engine-health";

    public Subject Subject => engine.Settings.Subject;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
            return [this.CouldNotLook(reason, clock.GetUtcNow())];

        var answer = await engine.Http.HealthAsync(deadline * 0.9, cancellation);
        var now = clock.GetUtcNow();
        return
        [
            answer.End switch
            {
                VllmEnd.Answered => this.Healthy("/health answers 200", now),
                VllmEnd.Refused => this.Faulty(FaultCodes.EngineNotServing, answer.Problem, now) with { Serving = false },
                VllmEnd.Failed when answer.Status is 500 or 503 => this.Faulty(FaultCodes.EngineNotServing, answer.Problem, now) with { Serving = false },
                _ => this.CouldNotLook(answer.Problem, now),
            },
        ];
    }
}
