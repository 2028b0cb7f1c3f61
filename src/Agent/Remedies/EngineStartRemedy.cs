using Agent.Domain.Recovery;
using Agent.Engines;

namespace Agent.Remedies;

/// <summary>Launches the engine. Whether it comes up is the next step's question. One that runs already is left running.</summary>
internal sealed class EngineStartRemedy(IReadOnlyList<SupervisedEngine> engines, EngineStarter starter) : IRemedy
{
    public StepKind Kind => StepKind.StartEngine;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        var (started, detail) = await starter.StartAsync(engines.Of(context.Step), cancellation);
        return started ? StepOutcome.Done(detail) : StepOutcome.Failed(detail);
    }
}
