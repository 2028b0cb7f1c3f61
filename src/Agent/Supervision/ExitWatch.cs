using Agent.Adapters.Processes;
using Agent.Domain.Observations;
using Agent.Engines;

namespace Agent.Supervision;

/// <summary>
/// Tells the loop when the main process of an engine ends, whoever started it, so that nobody waits for the next look of a
/// probe. Called by the loop after each message: a run that was begun or adopted is followed from then on.
/// </summary>
internal sealed class ExitWatch(IReadOnlyList<SupervisedEngine> engines, ProcessExit exits)
{
    private readonly Dictionary<string, ProcessId> _followed = new(StringComparer.Ordinal);

    public void Follow(Func<Message, ValueTask> post, CancellationToken cancellation)
    {
        foreach (var engine in engines)
        {
            if (engine.Handle.Run is not { } run || (_followed.TryGetValue(engine.Name, out var known) && known == run.Main))
                continue;
            _followed[engine.Name] = run.Main;
            _ = TellAsync(engine.Settings.Subject, run.Main, post, cancellation);
        }
    }

    private async Task TellAsync(Subject engine, ProcessId main, Func<Message, ValueTask> post, CancellationToken cancellation)
    {
        try
        {
            await exits.WaitAsync(main, cancellation);
            await post(new EngineEnded(engine));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The agent stops; the engine goes on.
        }
    }
}
