using Agent.Domain;

namespace Agent.Engines;

/// <summary>
/// Stop means stopped: requests drained as far as they move, SIGTERM to the main process only (a worker that gets it dies at
/// once and breaks vLLM's own drain), SIGKILL to the whole tree, and not done before nothing of it lives.
/// </summary>
internal static class EngineStop
{
    private static readonly TimeSpan FirstStep = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan HttpLimit = TimeSpan.FromSeconds(2);

    /// <returns>Null when it is stopped, otherwise what still lives.</returns>
    public static async Task<string?> RunAsync(SupervisedEngine engine, bool drain, Action<string> progress, TimeProvider clock, CancellationToken cancellation)
    {
        var limits = engine.Settings.Stop;
        var host = engine.Host;
        if (drain && host.Life() == EngineLife.Running)
            await DrainAsync(engine, progress, clock, cancellation);

        // The whole tree is noted before the main process goes: afterwards its children have another parent.
        var tree = host.Tree();
        if (host.Life() == EngineLife.Running)
        {
            progress(await host.AskToStopAsync(cancellation) is { } refused ? $"no SIGTERM: {refused}" : "SIGTERM sent");
            await WaitAsync(() => host.Life() != EngineLife.Running, limits.TermWait, clock, cancellation);
        }

        host.ForgetRun();
        for (var rest = Alive(); rest.Count > 0; rest = Alive())
        {
            progress($"SIGKILL to {rest.Count} processes");
            await host.KillAsync(rest, cancellation);
            if (!await WaitAsync(() => Alive().Count == 0, limits.KillWait, clock, cancellation))
                return $"{Alive().Count} processes survive SIGKILL for {Durations.Text(limits.KillWait)}: {string.Join(", ", Alive().Select(p => $"{p.Id.Pid} {p.Name} ({p.State})"))}";
        }

        return await host.CloseAsync(cancellation);

        List<Adapters.Processes.ProcessEntry> Alive() => [.. tree.Concat(host.Tree()).DistinctBy(p => p.Id).Where(host.IsAlive)];
    }

    /// <summary>Most processes that are killed are gone within milliseconds, so it looks again soon at first.</summary>
    public static async Task<bool> WaitAsync(Func<bool> condition, TimeSpan limit, TimeProvider clock, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        for (var step = FirstStep; !condition(); step = step * 2 < Step ? step * 2 : Step)
        {
            if (clock.GetElapsedTime(begun) > limit)
                return false;
            await Task.Delay(step, clock, cancellation);
        }

        return true;
    }

    /// <summary>Waits while requests finish. An engine whose counters stand still is not waited for.</summary>
    private static async Task DrainAsync(SupervisedEngine engine, Action<string> progress, TimeProvider clock, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var moved = begun;
        Adapters.VllmHttp.EngineCounters? last = null;
        while (clock.GetElapsedTime(begun) < engine.Settings.Stop.Drain)
        {
            var counters = (await engine.Http.CountersAsync(HttpLimit, cancellation)).Value;
            if (counters is not { HasWork: true })
                return;
            if (last is null || counters.MovedFrom(last))
                moved = clock.GetTimestamp();
            else if (clock.GetElapsedTime(moved) > TimeSpan.FromSeconds(3))
                return;
            last = counters;
            progress($"draining: {counters.Running:0} running, {counters.Waiting:0} waiting");
            await Task.Delay(Step, clock, cancellation);
        }
    }
}
