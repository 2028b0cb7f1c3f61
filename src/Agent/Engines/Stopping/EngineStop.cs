namespace Agent.Engines.Stopping;

/// <summary>
/// Stop means stopped: requests drained as far as they move, SIGTERM to the main process only (a worker that gets it dies at
/// once and breaks vLLM's own drain), SIGKILL to the whole tree, and not done before nothing of it lives.
/// </summary>
internal static class EngineStop
{
    public static async Task<StopOutcome> RunAsync(SupervisedEngine engine, Action<string> progress, TimeProvider clock, CancellationToken cancellation)
    {
        var limits = engine.Settings.Stop;
        var host = engine.Host;
        if (host.Life() == EngineLife.Running)
            await EngineDrain.RunAsync(engine, progress, clock, cancellation);

        // The whole tree is noted before the main process goes: afterwards its children have another parent.
        var tree = host.Tree();
        if (host.Life() == EngineLife.Running)
        {
            progress(await host.AskToStopAsync(cancellation) is { } refused ? $"no SIGTERM: {refused}" : "SIGTERM sent");
            await GrowingPause.UntilAsync(() => host.Life() != EngineLife.Running, limits.TermWait, clock, cancellation);
        }

        host.ForgetRun();
        var outcome = await EngineKill.RunAsync(host, () => [.. tree.Concat(host.Tree()).DistinctBy(p => p.Id).Where(p => host.IsThere(p.Id))], limits.KillWait, progress, clock, cancellation);
        return outcome.IsStopped ? outcome with { NotClosed = await host.CloseAsync(cancellation) } : outcome;
    }
}
