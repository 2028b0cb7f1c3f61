using Agent.Configuration.Declared;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Chips;

namespace Agent.Remedies;

/// <summary>Waits until the driver has released the chip memory of an engine that was stopped.</summary>
internal sealed class ChipMemoryRemedy(IReadOnlyList<SupervisedEngine> engines, ChipMemoryRelease release) : IRemedy
{
    public static readonly DeclaredRemedy Declared = new(StepKind.WaitForChipMemory);

    public StepKind Kind => Declared.Step;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        var (released, detail) = await release.WaitAsync(engines.Of(context.Step), context.Progress, cancellation);
        return released ? StepOutcome.Done(detail) : StepOutcome.Failed(detail);
    }
}
