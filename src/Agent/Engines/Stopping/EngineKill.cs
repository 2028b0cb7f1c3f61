using Agent.Adapters.Processes;

namespace Agent.Engines.Stopping;

/// <summary>
/// SIGKILL to everything of an engine, and the wait until it is gone. A process that sleeps uninterruptibly in the driver
/// cannot be ended by any signal; one that gives back much memory is only slow and gets the time twice.
/// </summary>
internal static class EngineKill
{
    /// <param name="host">The engine.</param>
    /// <param name="rest">What of it is there now, those that a dying process may still start among them.</param>
    /// <param name="limit">After which a process counts as stuck, and after twice as long as slow.</param>
    /// <param name="progress">Tells people what takes time.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">The agent stops.</param>
    public static async Task<StopOutcome> RunAsync(EngineHost host, Func<IReadOnlyList<ProcessEntry>> rest, TimeSpan limit, Action<string> progress, TimeProvider clock, CancellationToken cancellation)
    {
        HashSet<ProcessId> killed = [];
        var begun = clock.GetTimestamp();
        for (var pause = new GrowingPause(clock); ; await pause.NextAsync(cancellation))
        {
            var there = rest();
            var untouched = there.Where(p => killed.Add(p.Id)).ToList();
            if (untouched.Count > 0)
            {
                progress($"SIGKILL to {untouched.Count} processes");
                await host.KillAsync(untouched, cancellation);
            }

            var waited = clock.GetElapsedTime(begun);
            List<Survivor> survivors = there.Count == 0 || waited <= limit ? [] : [.. there.Select(p => new Survivor(p, host.StuckIn(p.Id)))];
            if (there.Count > 0 && !survivors.Exists(s => s.IsStuck) && waited <= 2 * limit)
                continue;
            host.Survivors = survivors.ConvertAll(s => s.Process);
            return new StopOutcome(survivors, waited);
        }
    }
}
