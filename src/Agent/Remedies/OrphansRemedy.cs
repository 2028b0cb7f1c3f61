using Agent.Domain.Recovery;
using Agent.Engines;

namespace Agent.Remedies;

/// <summary>
/// Kills what is left of earlier runs of an engine. Only processes that carry the engine's own marker in their environment
/// are touched; whoever else holds the chips is named and left alone.
/// </summary>
internal sealed class OrphansRemedy(IReadOnlyList<SupervisedEngine> engines, TimeProvider clock) : IRemedy
{
    public StepKind Kind => StepKind.ClearOrphans;

    public async Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation)
    {
        var host = engines.Of(context.Step).Host;
        var orphans = host.Marked();
        if (orphans.Count == 0)
            return StepOutcome.Done("no leftover process of this engine");

        var names = string.Join(", ", orphans.Select(p => $"{p.Id.Pid} {p.Name}"));
        await host.KillAsync(orphans, cancellation);
        var gone = await EngineStop.WaitAsync(() => !orphans.Any(host.IsAlive), engines.Of(context.Step).Settings.Stop.KillWait, clock, cancellation);
        return gone ? StepOutcome.Done($"killed {names}") : StepOutcome.Failed($"some survive SIGKILL: {names}");
    }
}
