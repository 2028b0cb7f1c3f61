using Agent.Domain.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Signs;
using Agent.Engines.Starting;

namespace Agent.Engines.Stopping;

/// <summary>
/// Stop means stopped. Requests are drained as long as they make progress. Then SIGTERM goes to vLLM's main process only, because a worker that
/// gets it dies at once and breaks vLLM's own drain. Then SIGKILL goes to the whole tree. The stop is done when no process of the engine is left.
/// </summary>
internal static class EngineStop
{
    /// <summary>By then no process of the engine is left and nobody is served, so the stop of its unit or container may take time.</summary>
    private static readonly TimeSpan ClosePatience = TimeSpan.FromMinutes(1);

    public static async Task<StopOutcome> RunAsync(SupervisedEngine engine, Action<string> progress, TimeProvider clock, CancellationToken cancellation)
    {
        var limits = engine.Settings.Stop;
        var handle = engine.Handle;
        if (handle.Life() == EngineLife.Running)
            await EngineDrain.RunAsync(engine, progress, clock, cancellation);

        // The whole tree is noted before the main process goes: afterwards its children have another parent.
        var tree = handle.Tree();
        if (handle.Life() == EngineLife.Running)
        {
            var (asked, refused) = await handle.AskToStopAsync(cancellation);
            progress(refused is not null ? $"no SIGTERM: {refused}" : $"SIGTERM sent to process {asked?.Pid}");
            // A shell around vLLM may end before it, or after.
            bool IsOver() => handle.Life() != EngineLife.Running && !(asked is { } main && handle.IsAlive(main));
            await GrowingPause.UntilAsync(IsOver, limits.TermWait, clock, cancellation);
        }

        handle.Stopped(handle.Run);
        var outcome = await EngineKill.RunAsync(handle, () => [.. tree.Concat(handle.Tree()).DistinctBy(p => p.Id).Where(p => handle.IsThere(p.Id))],
            limits.KillWait, progress, clock, cancellation);
        if (!outcome.IsStopped)
            return outcome;
        var notClosed = await PassingRefusals.OutlastAsync(() => handle.CloseAsync(cancellation), ClosePatience, progress, clock, cancellation);
        if (notClosed is not null)
            handle.Refusal = StartRefusal.Of(notClosed);
        return outcome with { NotClosed = notClosed?.Text };
    }
}
