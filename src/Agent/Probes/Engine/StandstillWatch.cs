using Agent.Domain.Engines;
using Agent.Engines;
using Agent.Engines.Runs;

namespace Agent.Probes.Engine;

/// <summary>Watches what is not the engine's own doing: that somebody paused it, that the kernel killed a process of it because memory ran out.</summary>
internal sealed class StandstillWatch(SupervisedEngine engine, TimeProvider clock)
{
    private (EngineRun Run, long Kills)? _known;
    private (EngineRun Run, PauseSign? Sign)? _pause;
    private (EngineRun Run, MemorySign Sign)? _memory;

    public PauseSign? PauseOf(EngineRun? run) => _pause is { } seen && seen.Run == run ? seen.Sign : null;

    public MemorySign? MemoryOf(EngineRun? run) => _memory is { } seen && seen.Run == run ? seen.Sign : null;

    /// <param name="asksKind">A verdict against it stands or is near, so whoever may know is asked.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task LookForPauseAsync(bool asksKind, CancellationToken cancellation)
    {
        if (engine.Handle.Run is not { } run)
            return;
        var (ended, how) = await engine.Handle.PausedAsync(asksKind, cancellation);
        // What only the kind could tell is not over because it was not asked.
        if (how is null && ended && !asksKind && PauseOf(run) is { IsPaused: true })
            (ended, how) = await engine.Handle.PausedAsync(asksKind: true, cancellation);
        // Nor is it over because nobody answered in time.
        if (ended)
            _pause = (run, PauseSign.After(PauseOf(run), how, clock.GetUtcNow()));
    }

    /// <summary>Counted from the first look at a run: what came before it is not known to be news.</summary>
    public void LookForMemory(EngineRun run, bool ended)
    {
        var now = clock.GetUtcNow();
        if (engine.Handle.MemoryKills() is { } kills)
        {
            if (_known is { } known && known.Run == run && kills > known.Kills)
                _memory = (run, new MemorySign(now, $"the kernel killed {kills - known.Kills} of its processes because memory ran out"));
            _known = (run, kills);
        }

        // A container keeps that mark of any kill in its life; one that was seen before keeps its time.
        if (ended && engine.Handle.Exit is { OutOfMemory: true } && MemoryOf(run) is null)
            _memory = (run, new MemorySign(now, "its service manager or container tool says that the kernel killed a process of it because memory ran out"));
    }
}
