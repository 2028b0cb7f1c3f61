using Agent.Adapters.Processes;
using Agent.Domain.Engines;
using Agent.Engines.Kinds;
using Agent.Engines.Runs;

namespace Agent.Engines;

/// <content>How a run that somebody else began becomes the engine's: an earlier agent, a service manager, or a person.</content>
internal sealed partial class EngineHandle
{
    /// <summary>Takes over an engine that runs, whoever started it. A record of an earlier boot says nothing.</summary>
    /// <param name="keeps">Whether what is found is kept; a one-shot command changes nothing.</param>
    /// <param name="cancellation">The agent stops.</param>
    public async Task<bool> AdoptAsync(bool keeps, CancellationToken cancellation)
    {
        var kept = _folder.ReadRun();
        var run = kept?.BootId == _processes.BootId() ? kept : null;
        if (run is null || !_processes.IsAlive(run.Main))
            run = await FoundAsync(run, cancellation) ?? run;
        else if (!_own.MayBe(run))
            run = await FoundAsync(null, cancellation);
        if (run is null)
            return false;

        var isFound = !ReferenceEquals(run, kept);
        // A start in the future was noted before the host's clock was set back.
        if (run.StartedAt > _clock.GetUtcNow())
            run = run with { StartedAt = _clock.GetUtcNow() };
        Take(run with { User = run.User ?? _processes.UserOf(run.ProcessId) }, keeps ? await CopyAsync(run, cancellation) : null, keeps);
        if (keeps && isFound)
            Keep();
        return true;
    }

    /// <summary>
    /// Asks what became of an engine whose main process went: somebody else may have started it again, by hand or by a
    /// service manager's own rules, and that one is taken over. Otherwise how it ended is asked for.
    /// </summary>
    /// <param name="limit">How long the caller waits; null: as long as for any look at processes.</param>
    /// <param name="cancellation">The caller leaves.</param>
    /// <returns>False when no answer came in time. The look goes on, and what it finds is known then.</returns>
    public async Task<bool> LookAgainAsync(CancellationToken cancellation, TimeSpan? limit = null) =>
        HasNothingToLookFor || (await _again.SeeAsync(LookAgainAsync, _clock, cancellation, limit)).Ended;

    private bool HasNothingToLookFor => RecordProblem is null && (_known.Run is null ? !Wanted : Life() != EngineLife.Ended);

    private async Task<bool> LookAgainAsync()
    {
        _kept.TryAgain();
        if (_known.Run is { } run && Life() == EngineLife.Ended)
            await LookAgainAsync(run, CancellationToken.None);
        else if (_known.Run is null && Wanted)
            await TakeOverFoundAsync(CancellationToken.None);
        return true;
    }

    /// <summary>What somebody started with the engine's variables while the agent had none running is the engine, and no leftover.</summary>
    /// <returns>Whether there was such a one.</returns>
    public async Task<bool> TakeOverFoundAsync(CancellationToken cancellation)
    {
        var before = _known.Run;
        if (Life() == EngineLife.Running || await LeftoversAsync(cancellation) is not [_, ..] || await FoundAsync(before, cancellation) is not { } run)
            return false;
        return await FollowAsync(before, run, afterStop: true, cancellation) || Life() == EngineLife.Running;
    }

    /// <summary>Takes over a process that somebody started without the engine's variables, as an operator wants it.</summary>
    /// <returns>Null, or why it cannot be.</returns>
    public async Task<string?> TakeOverAsync(ProcessId main, CancellationToken cancellation)
    {
        if (_kind is not ProcessKind)
            return "only an engine of kind: process can be taken over; one in a unit or a container is the unit's or the container's";
        if (_kind.User is { } own && _processes.UserOf(main.Pid) != own)
            return $"process {main.Pid} is of another user than the agent's engines, who could neither be stopped nor started again by the agent";
        var run = _found.Of(main, null, _clock.GetUtcNow());
        Take(run, await CopyAsync(run, cancellation), keeps: true);
        Keep();
        return null;
    }

    private async Task LookAgainAsync(EngineRun run, CancellationToken cancellation)
    {
        var successor = await FoundAsync(run, cancellation);
        if (successor is not null)
            await FollowAsync(run, successor, afterStop: false, cancellation);
        else if (Exit is null && await ExitAsync(cancellation) is { } exit)
            _known.End(run, exit);
    }

    /// <returns>False: a stop or a start came between.</returns>
    private async Task<bool> FollowAsync(EngineRun? before, EngineRun successor, bool afterStop, CancellationToken cancellation)
    {
        var log = LogOf(successor, await CopyAsync(successor, cancellation), keeps: true);
        if (_known.Follow(before, successor, log, afterStop) is not { } replaced)
        {
            log.StopCopying();
            return false;
        }

        replaced.Log?.StopCopying();
        Refusal = null;
        Keep();
        return true;
    }

    /// <summary>Asked once what it printed last has come: a container is said to run until then, and the log may tell who stopped it.</summary>
    private async Task<EngineExit?> ExitAsync(CancellationToken cancellation)
    {
        if (_known.Log is { } log)
            await log.SettleAsync(cancellation);
        return await _kind.ExitAsync(cancellation);
    }

    /// <param name="before">The last run that is known of; its log tells how much of the next one's is not its own.</param>
    private async Task<EngineRun?> FoundAsync(EngineRun? before, CancellationToken cancellation) =>
        await _kind.FindAsync(cancellation) is { } main ? _found.Of(main, before, _clock.GetUtcNow()) : null;
}
