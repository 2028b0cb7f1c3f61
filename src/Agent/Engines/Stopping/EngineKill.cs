using Agent.Adapters.Processes;
using Agent.Domain;
using Agent.Engines.Signs;

namespace Agent.Engines.Stopping;

/// <summary>
/// Sends SIGKILL to every process of an engine, and waits until all are gone. No signal can end a process that sleeps
/// uninterruptibly in the driver. A process that gives back much memory is only slow, and gets twice the time.
/// </summary>
internal static class EngineKill
{
    /// <param name="handle">The engine.</param>
    /// <param name="rest">The processes of it that are there now, with those that a dying process may still start.</param>
    /// <param name="limit">
    /// After this time a process that sleeps uninterruptibly counts as stuck. After twice this time any other one is given up as slow.
    /// </param>
    /// <param name="progress">Tells people about a wait.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellation">The agent stops.</param>
    public static async Task<StopOutcome> RunAsync(EngineHandle handle, Func<IReadOnlyList<ProcessEntry>> rest, TimeSpan limit, Action<string> progress,
        TimeProvider clock, CancellationToken cancellation)
    {
        HashSet<ProcessId> killed = [];
        var begun = clock.GetTimestamp();
        for (var pause = new GrowingPause(clock); ; await pause.NextAsync(cancellation))
        {
            var there = rest();
            var untouched = there.Where(p => killed.Add(p.Id)).ToList();
            if (untouched.Count > 0)
            {
                progress($"SIGKILL to {Counted.Text(untouched.Count, "process", "processes")}");
                await handle.KillAsync(untouched, cancellation);
            }

            var waited = clock.GetElapsedTime(begun);
            List<Survivor> survivors = there.Count == 0 || waited <= limit ? [] : [.. there.Select(p => new Survivor(p, handle.StuckIn(p.Id)))];
            if (there.Count > 0 && !survivors.Exists(s => s.IsStuck) && waited <= 2 * limit)
                continue;
            handle.Survivors = survivors.ConvertAll(s => s.Process);
            return new StopOutcome(survivors, waited);
        }
    }
}
