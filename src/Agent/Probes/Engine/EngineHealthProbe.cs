using Agent.Configuration.Declared;
using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Signs;

namespace Agent.Probes.Engine;

/// <summary>
/// /health reads a flag: 200 proves little, 503 (500 before vLLM 0.11) means that the engine core is dead, refused means
/// that nobody listens. No answer in time is a busy API server, not a fault: healthy engines were killed for it in the field.
/// While the answer is late, the CPU time of the API server's own processes tells whether it is busy. What it cannot see: that
/// of processes that /proc does not show.
/// </summary>
internal sealed class EngineHealthProbe(SupervisedEngine engine, TimeSpan interval, TimeSpan deadline, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new("engine-health", "5s", "5s", "/health, and whether an API server that does not answer is busy.");

    /// <summary>A healthy API server answers sooner.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    private readonly HttpTrack _track = new(clock);
    private readonly ServerTrack _server = new(clock, 3 * (interval > deadline ? interval : deadline));

    public string Name => Declared.Name;

    public Subject Subject => engine.Settings.Subject;

    public Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation) => LookAsync(_ => ValueTask.CompletedTask, cancellation);

    public async Task<IReadOnlyList<Observation>> LookAsync(Func<EngineSign, ValueTask> meanwhile, CancellationToken cancellation)
    {
        if (engine.NotServingYet() is { } reason)
            return [this.CouldNotLook(reason, clock.GetUtcNow())];

        var run = engine.Handle.Run!;
        var asking = engine.Http.HealthAsync(deadline * 0.9, cancellation);
        // The look at whose end there is no answer is a comparison already.
        if (await Task.WhenAny(asking, Task.Delay(Late, clock, cancellation)) != asking)
            await meanwhile(new ServerSeen(run.Id, _server.Take(run, engine.Handle.ServerTimes())));
        var answer = await asking;
        var end = HttpTrack.EndOf(answer.End, saysDead: answer.Status is 500 or 503);
        var sign = _track.Take(run, end, end == HttpEnd.Answered ? "answers 200" : answer.Problem);
        var server = end == HttpEnd.TimedOut ? _server.Take(run, engine.Handle.ServerTimes()) : null;
        if (end != HttpEnd.TimedOut)
            _server.Answered();
        var seen = end == HttpEnd.Answered
            ? this.Healthy("/health answers 200", sign.At)
            : this.CouldNotLook(answer.Problem, sign.At) with { Serving = end is HttpEnd.Refused or HttpEnd.SaysDead ? false : null };
        return [seen with { Sign = new HealthSeen(run.Id, sign, server) }];
    }
}
