using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;
using Agent.Engines.Starting;

namespace Agent.Engines.Stopping;

/// <summary>Sends signals to the processes of one engine. If the agent may not signal a process, the engine's unit or container ends it.</summary>
internal sealed class EngineSignals(EngineSettings settings, IEngineKind kind, EngineListener listener, ProcessTable processes)
{
    /// <summary>
    /// Sends SIGTERM to vLLM's main process only. A worker that gets it dies at once and breaks vLLM's own
    /// drain. A shell above vLLM that gets it ends and leaves vLLM alone, which breaks the drain, too.
    /// </summary>
    /// <returns>The process that was asked, and the reason if the signal could not be sent.</returns>
    public async Task<(ProcessId? Asked, string? Refused)> AskToStopAsync(EngineRun run, IReadOnlyList<ProcessEntry> tree, CancellationToken cancellation)
    {
        var asked = listener.Find(run.Main, tree, settings.Port, line => EngineCommandLine.IsOf(settings, line));
        return processes.Signal(asked, Signals.Terminate) == SignalOutcome.NotAllowed ? (run.Main, await kind.AskToStopAsync(cancellation)) : (asked, null);
    }

    public async Task KillAsync(IEnumerable<ProcessEntry> doomed, CancellationToken cancellation)
    {
        var refused = doomed.Where(p => processes.Signal(p.Id, Signals.Kill) == SignalOutcome.NotAllowed).ToList();
        // If the process is gone by now, its kind has ended it. The kind may be running its errands.
        if (refused.Exists(p => processes.IsThere(p.Id)))
            await kind.KillAllAsync(cancellation);
    }
}
