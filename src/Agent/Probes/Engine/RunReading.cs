using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Engines;
using Agent.Engines.Chips;
using Agent.Engines.Logs;
using Agent.Engines.Runs;
using Agent.Engines.Starting;

namespace Agent.Probes.Engine;

/// <summary>
/// Reads what the run of an engine shows of itself at one moment: the life of its main process, its log, its start, who paused it,
/// what the kernel killed of it.
/// </summary>
internal sealed class RunReading(SupervisedEngine engine, ChipNumbering numbering, TimeProvider clock)
{
    private readonly StartOutlook _start = new(engine, numbering, clock);
    private readonly StandstillWatch _standstill = new(engine, clock);
    private (EngineRun Run, long Since)? _ended;
    private (EngineRun? Run, IReadOnlyList<string> Names, bool AreUnreadable) _leftovers = (null, [], false);

    public async Task<RunSeen> ReadAsync(CancellationToken cancellation)
    {
        // One that somebody started again would be taken for leftovers of the run that ended.
        // Neither /proc nor a service manager or container tool that hangs keeps the verdict back: it is then told by what is known.
        await engine.Handle.LookAgainAsync(cancellation);
        var asks = engine.Signs.View.AsksForPause;
        await _standstill.LookForPauseAsync(asks, cancellation);
        if (engine.Handle.Life() == EngineLife.Ended)
            await LookForLeftoversAsync(cancellation);
        return Read(asks);
    }

    /// <summary>Leftovers that cannot be read in time are those that were seen last: nobody knows that they are gone.</summary>
    private async Task LookForLeftoversAsync(CancellationToken cancellation)
    {
        var run = engine.Handle.Run;
        var seen = await engine.Handle.LeftoversAsync(cancellation);
        _leftovers = (run, seen?.Select(p => $"{p.Id.Pid} {p.Name}").ToList() ?? (_leftovers.Run == run ? _leftovers.Names : []), seen is null);
    }

    private RunSeen Read(bool asked)
    {
        var handle = engine.Handle;
        // Asked before the log is read: what an ending process writes last is then in it.
        var life = handle.Life();
        var run = handle.Run;
        var facts = life == EngineLife.Stopped ? null : handle.Log?.Read(engine.Signs.Of(run).WorkedSince);
        if (run is not null && life != EngineLife.Stopped)
            _standstill.LookForMemory(run, life == EngineLife.Ended);
        var now = clock.GetUtcNow();
        return new RunSeen(run?.Id, Process(life, run, facts, now))
        {
            Log = facts?.Sign(engine.Settings, now),
            Start = _start.Look(life, facts, now),
            Pause = _standstill.PauseOf(run),
            Memory = _standstill.MemoryOf(run),
            AskedForPause = asked,
        };
    }

    private ProcessSign Process(EngineLife life, EngineRun? run, EngineLogFacts? facts, DateTimeOffset now)
    {
        if (life != EngineLife.Ended)
            _ended = null;
        switch (life)
        {
            case EngineLife.Stopped:
                return new ProcessSign(now, EngineLife.Stopped, "not started");
            case EngineLife.Running:
                return new ProcessSign(now, EngineLife.Running, $"process {run!.ProcessId}, up {Durations.Text(now - run.StartedAt)}");
            default:
                if (_ended?.Run != run)
                    _ended = (run!, clock.GetTimestamp());
                var (_, names, areUnreadable) = _leftovers.Run == run ? _leftovers : (run, [], false);
                var unreadable = areUnreadable ? "; whether other processes of it live cannot be read in time" : "";
                return new ProcessSign(now, EngineLife.Ended, $"process {run!.ProcessId} {EngineReadiness.Ended(engine, facts!)}{unreadable}")
                {
                    WasKilled = engine.Handle.Exit is { WasKilled: true },
                    WasAsked = engine.Handle.Exit is { WasAsked: true },
                    EndedFor = clock.GetElapsedTime(_ended!.Value.Since),
                    Leftovers = names,
                };
        }
    }
}
