using Agent.Domain.Engines;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Starting;
using Agent.Engines.Stopping;

namespace Agent.Supervision;

/// <summary>What came of a change of an engine.</summary>
/// <param name="Proof">What is still to be waited for, with nothing of the engine in hand any more; null: that was all.</param>
internal sealed record ChangeOutcome(bool Done, string Text, Func<CancellationToken, Task<ChangeOutcome>>? Proof = null);

/// <summary>Does one change of an engine on the host.</summary>
internal delegate Task<ChangeOutcome> DoChange(SupervisedEngine engine, EngineVerb verb, CancellationToken cancellation);

/// <summary>Starts, stops and takes over engines as an operator wants it.</summary>
internal sealed class EngineChange(EngineStarter starter, ChipMemoryRelease release, TimeProvider clock)
{
    /// <summary>The word of an operator may have changed while a change of an earlier one was in hand: the newest holds.</summary>
    public static bool IsOvertaken(SupervisedEngine engine, EngineVerb verb) => engine.Handle.Wanted == (verb == EngineVerb.Stop);

    public static ChangeOutcome Overtaken(SupervisedEngine engine, EngineVerb verb) => verb == EngineVerb.Stop
        ? new(false, $"engine {engine.Name} was not stopped: an operator started it meanwhile")
        : new(false, $"engine {engine.Name} was not started: an operator stopped it meanwhile");

    public async Task<ChangeOutcome> DoAsync(SupervisedEngine engine, EngineVerb verb, CancellationToken cancellation)
    {
        if (verb is EngineVerb.Stop or EngineVerb.Restart)
        {
            var stop = await EngineStop.RunAsync(engine, _ => { }, clock, cancellation);
            if (!stop.IsStopped)
                return new(false, $"engine {engine.Name} is not stopped: {stop.Text}");
            if (verb == EngineVerb.Stop)
                return new(true, $"engine {engine.Name} is stopped and stays so until `npu-agent engine start {engine.Name}`");
        }

        if (verb == EngineVerb.Adopt)
        {
            var (adopted, how) = await starter.AdoptAsync(engine, cancellation);
            return new(adopted, $"engine {engine.Name}: {how}");
        }

        if (engine.Handle.Life() != EngineLife.Running && await release.WaitAsync(engine, _ => { }, cancellation) is { Succeeded: false } held)
            return new(false, $"engine {engine.Name} was not started: {held.Detail}");
        if (IsOvertaken(engine, verb))
            return Overtaken(engine, verb);
        var started = await starter.StartAsync(engine, cancellation);
        return started.Succeeded
            ? new(true, started.Detail, ending => ProveAsync(engine, ending))
            : new(false, $"engine {engine.Name} was not started: {started.Detail}");
    }

    private async Task<ChangeOutcome> ProveAsync(SupervisedEngine engine, CancellationToken cancellation)
    {
        var (serves, detail) = await EngineReadiness.WaitAsync(engine, _ => { }, clock, cancellation);
        return new(serves, $"engine {engine.Name}: {detail}");
    }
}
