using Agent.Adapters.Processes;
using Agent.Configuration.Engines;
using Agent.Engines.Kinds;

namespace Agent.Engines.Stopping;

/// <summary>Signals to the processes of one engine. What the agent may not signal is ended by what the engine runs in.</summary>
internal sealed class EngineSignals(EngineSettings settings, IEngineKind kind, EngineListener listener, ProcessTable processes)
{
    /// <summary>
    /// SIGTERM to vLLM's main process only: a worker that gets it dies at once and breaks vLLM's own drain, and so does a shell above
    /// it, which ends and leaves it alone.
    /// </summary>
    /// <returns>Who was asked; and why not, when it could not be sent.</returns>
    public async Task<(ProcessId? Asked, string? Refused)> AskToStopAsync(EngineRun run, IReadOnlyList<ProcessEntry> tree, CancellationToken cancellation)
    {
        var asked = listener.Find(run.Main, tree, settings.Port, line => EngineCommandLine.IsOf(settings, line));
        return processes.Signal(asked, Signals.Terminate) == SignalOutcome.NotAllowed ? (run.Main, await kind.AskToStopAsync(cancellation)) : (asked, null);
    }

    public async Task KillAsync(IEnumerable<ProcessEntry> doomed, CancellationToken cancellation)
    {
        var refused = doomed.Where(p => processes.Signal(p.Id, Signals.Kill) == SignalOutcome.NotAllowed).ToList();
        // What is gone by now was ended by its kind, which may be at its errands.
        if (refused.Exists(p => processes.IsThere(p.Id)))
            await kind.KillAllAsync(cancellation);
    }
}
