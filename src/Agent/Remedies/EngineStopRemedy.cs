using Agent.Domain.Recovery;
using Agent.Engines;

namespace Agent.Remedies;

/// <summary>Stops the engine's whole tree. A hung engine is not drained: its requests do not move.</summary>
internal sealed class EngineStopRemedy(IReadOnlyList<SupervisedEngine> engines, TimeProvider clock) : IRemedy
{
    public StepKind Kind => StepKind.StopEngine;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        var engine = engines.Of(context.Step);
        var rest = await EngineStop.RunAsync(engine, drain: true, context.Progress, clock, cancellation);
        return rest is null ? StepOutcome.Done("no process of it lives") : StepOutcome.Failed(rest);
    }
}

internal static class EnginesOfSteps
{
    public static SupervisedEngine Of(this IReadOnlyList<SupervisedEngine> engines, Step step) =>
        engines.FirstOrDefault(e => e.Settings.Subject == step.Subject)
        ?? throw new InvalidOperationException($"{step.Subject} is in no engine section any more");
}
