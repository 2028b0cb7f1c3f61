using Agent.Configuration.Declared;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Stopping;

namespace Agent.Remedies;

/// <summary>
/// Stops the engine's whole tree. A hung engine is not drained: its requests do not move. What sleeps in the driver survives;
/// before a reset, which is what ends it, the stop has then done all it can. What somebody paused is left to him.
/// </summary>
internal sealed class EngineStopRemedy(IReadOnlyList<SupervisedEngine> engines, TimeProvider clock) : IRemedy
{
    public static readonly DeclaredRemedy Declared = new(StepKind.StopEngine);

    public StepKind Kind => Declared.Step;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        var engine = engines.Of(context.Step);
        if (await engine.Handle.PausedAsync(asksKind: true, cancellation) is { How: { } paused })
            return StepOutcome.Failed($"somebody paused it, so it is not stopped: {paused}");
        var stop = await EngineStop.RunAsync(engine, context.Progress, clock, cancellation);
        return stop.IsStopped || (stop.IsStuck && context.Step.LeavesStuck) ? StepOutcome.Done(stop.Text) : StepOutcome.Failed(stop.Text);
    }
}

internal static class EnginesOfSteps
{
    public static SupervisedEngine Of(this IReadOnlyList<SupervisedEngine> engines, Step step) =>
        engines.FirstOrDefault(e => e.Settings.Subject == step.Subject)
        ?? throw new InvalidOperationException($"{step.Subject} is in no engine section any more");
}
