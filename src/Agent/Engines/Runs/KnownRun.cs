using Agent.Engines.Kinds;
using Agent.Engines.Logs;

namespace Agent.Engines.Runs;

/// <summary>
/// What is known of an engine's present run. Probes, remedies and the desk look and act on several threads, so it is one immutable whole
/// that is replaced by compare-exchange: a change is made of what is known at that moment, or made again. A word on one run never
/// reaches the next.
/// </summary>
internal sealed class KnownRun
{
    private volatile Whole _whole = new(null, null, StopAsked: false, Exit: null);

    public EngineRun? Run => _whole.Run;

    public EngineLog? Log => _whole.Log;

    /// <summary>All of one moment.</summary>
    public Whole Now => _whole;

    /// <summary>A run begins, or is found.</summary>
    /// <returns>What was known until then.</returns>
    public Whole Begin(EngineRun run, EngineLog log) => Change(whole => whole.Next(run, log)).Before;

    /// <summary>Another run took the place of this one by itself.</summary>
    /// <param name="before">The run that was known when the other was looked for; null: none.</param>
    /// <param name="successor">The other.</param>
    /// <param name="log">Its log.</param>
    /// <param name="afterStop">Also where the agent had stopped the one before.</param>
    /// <returns>What was known until then. Null: a stop or a start came between, and nothing is changed.</returns>
    public Whole? Follow(EngineRun? before, EngineRun successor, EngineLog log, bool afterStop)
    {
        var (was, now) = Change(whole => whole.Run == before && (afterStop || !whole.StopAsked) ? whole.Next(successor, log) : whole);
        return ReferenceEquals(was, now) ? null : was;
    }

    /// <summary>The main process of a run is gone. How it ended is told once: what is asked later knows less.</summary>
    public void End(EngineRun run, EngineExit exit) =>
        Change(whole => whole.Run == run && whole.Exit is null ? whole with { Exit = exit } : whole);

    /// <summary>The agent asks the present run to stop.</summary>
    /// <returns>The run that is to be asked.</returns>
    public EngineRun? AskToStop() => Change(whole => whole with { StopAsked = true }).After.Run;

    /// <summary>A run ended on request, so that no probe reports it as a fault.</summary>
    public void Stopped(EngineRun? run) => Change(whole => whole.Run == run ? whole with { StopAsked = true } : whole);

    private (Whole Before, Whole After) Change(Func<Whole, Whole> change)
    {
        while (true)
        {
            var before = _whole;
            var after = change(before);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _whole, after, before), before))
                return (before, after);
        }
    }

    /// <param name="StopAsked">The agent itself asked this run to stop.</param>
    /// <param name="Exit">How its main process ended; null while it runs, and for an adopted process, whose parent is another.</param>
    internal sealed record Whole(EngineRun? Run, EngineLog? Log, bool StopAsked, EngineExit? Exit)
    {
        /// <summary>A process that is known already is the same run.</summary>
        public Whole Next(EngineRun run, EngineLog log)
        {
            var isSame = Run is { } known && known.BootId == run.BootId && known.Main == run.Main;
            return new Whole(run with { Number = (Run?.Number ?? 0) + (isSame ? 0 : 1) }, log, StopAsked: false, Exit: null);
        }
    }
}
