using Agent.Configuration.Declared;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Domain.Observations;
using Agent.Engines;
using Agent.Engines.Starting;

namespace Agent.Probes.Engine;

/// <summary>
/// The one word on an engine: all signs that the other probes left, with the life of its process and its log as they are at
/// this moment, judged as a whole. It alone names faults of engines that a recovery follows. What it cannot see is what no
/// other probe saw.
/// </summary>
internal sealed class EngineVerdictProbe(SupervisedEngine engine, ChipNumbering numbering, EngineLimits limits, TimeProvider clock) : IProbe
{
    public static readonly DeclaredProbe Declared = new(
        "engine-verdict", "2s", "5s",
        "Judges each engine by its log and by what the others saw; at once when its process ends. "
        + "State, rule and reasons are in `npu-agent engine explain NAME`.");

    /// <summary>A service manager or a container tool that hangs must not keep the verdict back.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(3);

    private readonly StartOutlook _start = new(engine, numbering, clock);
    private readonly StandstillWatch _standstill = new(engine, clock);
    private (EngineRun Run, long Since)? _ended;

    public string Name => Declared.Name;

    public Subject Subject => engine.Settings.Subject;

    public bool JudgesOthers => true;

    public bool NamesCauses => true;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        // One that somebody started again would be taken for leftovers of the run that ended.
        await AskAsync(engine.Host.LookAgainAsync, cancellation);
        await AskAsync(limited => _standstill.LookForPauseAsync(asksKind: false, limited), cancellation);
        var (verdict, signs) = Judge();
        if (verdict.Serving == false && signs.Process is { Life: ProcessLife.Running })
        {
            await AskAsync(limited => _standstill.LookForPauseAsync(asksKind: true, limited), cancellation);
            (verdict, signs) = Judge();
        }

        return [Tell(verdict, signs)];
    }

    /// <summary>Judged by what is known when nobody answers in time; the next look asks again.</summary>
    private async Task AskAsync(Func<CancellationToken, Task> ask, CancellationToken cancellation)
    {
        try
        {
            await ask(cancellation).WaitAsync(AskLimit, clock, cancellation);
        }
        catch (TimeoutException)
        {
            // A service manager or a container tool that hangs.
        }
    }

    private (EngineVerdict Verdict, EngineSigns Signs) Judge()
    {
        var host = engine.Host;
        // Asked before the log is read: what an ending process writes last is then in it.
        var life = host.Life();
        var run = host.Run;
        var left = engine.Signs.Of(run);
        var facts = life == EngineLife.Stopped ? null : host.Log?.Read(left.WorkedSince);
        if (run is not null && life != EngineLife.Stopped)
            _standstill.LookForMemory(run, life == EngineLife.Ended);
        var now = clock.GetUtcNow();
        var signs = left with
        {
            Wanted = host.Wanted,
            Process = Process(life, run, facts, now),
            Log = facts is null ? null : Log(facts, now),
            Start = _start.Look(life, facts, now),
        };
        return (EngineJudge.Judge(signs, limits, now), signs);
    }

    private Observation Tell(EngineVerdict verdict, EngineSigns signs)
    {
        var now = clock.GetUtcNow();
        engine.Signs.Judged(verdict, signs, now);
        return new Observation
        {
            Probe = Name,
            Subject = Subject,
            Verdict = verdict.Fault is not null ? Verdict.Faulty : verdict.IsOpen ? Verdict.CouldNotLook : Verdict.Healthy,
            Fault = verdict.Fault,
            Summary = $"{verdict.StateText(Language.English)}: {verdict.Reason}",
            Evidence = [.. verdict.Evidence.Prepend($"rule {verdict.Rule}")],
            Known = verdict.Fault is null ? null : EnginePlaceholders.Of(engine),
            Serving = verdict.Serving,
            At = now,
        };
    }

    private ProcessSign Process(EngineLife life, EngineRun? run, EngineLogFacts? facts, DateTimeOffset now)
    {
        if (life != EngineLife.Ended)
            _ended = null;
        switch (life)
        {
            case EngineLife.Stopped:
                return new ProcessSign(now, ProcessLife.NotStarted, "not started");
            case EngineLife.Running:
                return new ProcessSign(now, ProcessLife.Running, $"process {run!.ProcessId}, up {Durations.Text(now - run.StartedAt)}");
            default:
                if (_ended?.Run != run)
                    _ended = (run!, clock.GetTimestamp());
                return new ProcessSign(now, ProcessLife.Ended, $"process {run!.ProcessId} {EngineReadiness.Ended(engine, facts!)}")
                {
                    WasKilled = engine.Host.Exit is { WasKilled: true },
                    WasAsked = engine.Host.Exit is { WasAsked: true },
                    EndedFor = clock.GetElapsedTime(_ended!.Value.Since),
                    Leftovers = [.. engine.Host.Leftovers().Select(p => $"{p.Id.Pid} {p.Name}")],
                };
        }
    }

    private LogSign Log(EngineLogFacts facts, DateTimeOffset now) => new(now, facts.StageText, facts.Stage == StartupStage.Serving, now - facts.ProgressAt)
    {
        Cause = facts.Cause?.Id,
        CauseFault = facts.CauseFault,
        CauseLine = facts.CauseLine,
        CauseAt = facts.Found?.At,
        CauseProcess = facts.Found is { Process.Length: > 0 } found ? found.Process : null,
        Advice = StartAdvice.For(facts, engine.Settings),
        Warning = ReadyLimit.Warning(facts, engine.Settings),
        DeathLine = facts.DeathLine,
        DeathAt = facts.DeathAt,
        StopRequested = facts.StopRequested,
        NoBlockAt = facts.NoBlockAt,
        NoBlockLine = facts.NoBlockLine,
    };
}
