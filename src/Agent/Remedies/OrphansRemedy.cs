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
        var orphans = engine.Handle.Marked().Found;
        if (orphans.Count > 0)
        {
            var outcome = await EngineKill.RunAsync(engine.Handle, () => [.. orphans.Concat(engine.Handle.Marked().Found).DistinctBy(p => p.Id)
                .Where(p => engine.Handle.IsThere(p.Id))], engine.Settings.Stop.KillWait, context.Progress, clock, cancellation);
            if (!outcome.IsStopped)
                return StepOutcome.Failed(outcome.Text);
        }

        var done = orphans.Count == 0 ? "no leftover process of this engine" : $"killed {string.Join(", ", orphans.Select(p => $"{p.Id.Pid} {p.Name}"))}";
        // Those are mostly another's, whose memory is locked in the driver. The start asks who holds chips, port and memory, and is refused if one is ours.
        return StepOutcome.Done(engine.Handle.Marked().IsWhole ? done : $"{done}; some processes of this user could not be read in time");
    }
}
