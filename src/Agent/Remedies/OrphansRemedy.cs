using Agent.Configuration.Declared;
using Agent.Domain.Recovery;
using Agent.Engines;
using Agent.Engines.Stopping;

namespace Agent.Remedies;

/// <summary>
/// Kills what is left of earlier runs of an engine. Only processes that carry the engine's own marker in their environment
/// are touched; whoever else holds the chips is named and left alone.
/// </summary>
internal sealed class OrphansRemedy(IReadOnlyList<SupervisedEngine> engines, TimeProvider clock) : IRemedy
{
    public static readonly DeclaredRemedy Declared = new(StepKind.ClearOrphans, 3, "1h");

    public StepKind Kind => Declared.Step;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        var engine = engines.Of(context.Step);
        var orphans = engine.Handle.Marked();
        if (orphans.Count == 0)
            return StepOutcome.Done("no leftover process of this engine");

        var outcome = await EngineKill.RunAsync(engine.Handle, () => [.. orphans.Concat(engine.Handle.Marked()).DistinctBy(p => p.Id)
            .Where(p => engine.Handle.IsThere(p.Id))], engine.Settings.Stop.KillWait, context.Progress, clock, cancellation);
        return outcome.IsStopped ? StepOutcome.Done($"killed {string.Join(", ", orphans.Select(p => $"{p.Id.Pid} {p.Name}"))}")
            : StepOutcome.Failed(outcome.Text);
    }
}
