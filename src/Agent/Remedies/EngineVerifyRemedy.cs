using Agent.Configuration.Declared;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Starting;

namespace Agent.Remedies;

/// <summary>Waits for the start-up and proves the engine with a completion.</summary>
internal sealed class EngineVerifyRemedy(IReadOnlyList<SupervisedEngine> engines, TimeProvider clock) : IRemedy
{
    public static readonly DeclaredRemedy Declared = new(StepKind.VerifyEngine);

    public StepKind Kind => Declared.Step;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        var (serves, detail) = await EngineReadiness.WaitAsync(engines.Of(context.Step), context.Progress, clock, cancellation);
        return serves ? StepOutcome.Done(detail) : StepOutcome.Failed(detail);
    }
}
