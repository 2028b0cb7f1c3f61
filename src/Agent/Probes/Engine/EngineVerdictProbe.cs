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
internal sealed class EngineVerdictProbe(SupervisedEngine engine, EngineLimits limits, TimeProvider clock) : IProbe
{
    /// <summary>A service manager or a container tool that hangs must not keep the verdict back.</summary>
    private static readonly TimeSpan AskLimit = TimeSpan.FromSeconds(3);

    private readonly StartOutlook _start = new(engine, clock);
    private (EngineRun Run, long Since)? _ended;

    public string Name => "engine-verdict";

    public Subject Subject => engine.Settings.Subject;

    public bool JudgesOthers => true;

    public bool NamesCauses => true;

    public async Task<IReadOnlyList<Observation>> LookAsync(CancellationToken cancellation)
    {
        try
        {
            // One that somebody started again would be taken for leftovers of the run that ended.
            await engine.Host.LookAgainAsync(cancellation).WaitAsync(AskLimit, clock, cancellation);
        }
        catch (TimeoutException)
        {
            // Judged by what is known; the next look asks again.
        }

        return [Look()];
    }

    private Observation Look()
    {
        var host = engine.Host;
        // Asked before the log is read: what an ending process writes last is then in it.
        var life = host.Life();
        var run = host.Run;
        var facts = life == EngineLife.Stopped ? null : host.Log?.Read();
        var now = clock.GetUtcNow();
        var signs = engine.Signs.Of(run) with
        {
            Wanted = host.Wanted,
            Process = Process(life, run, facts, now),
            Log = facts is null ? null : Log(facts, now),
            Start = _start.Look(life, facts, now),
        };
        var verdict = EngineJudge.Judge(signs, limits, now);
        engine.Signs.Judged(verdict, signs, now);
        return new Observation
        {
            Probe = Name,
            Subject = Subject,
            Verdict = verdict.Fault is not null ? Verdict.Faulty : verdict.IsOpen ? Verdict.CouldNotLook : Verdict.Healthy,
            Fault = verdict.Fault,
            Summary = $"{verdict.StateText(Language.English)}: {verdict.Reason}",
            Evidence = [.. verdict.Evidence.Prepend($"rule {verdict.Rule}")],
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
                    WasKilled = engine.Host.Exit is { Status: < 0, WasAsked: false },
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
        Advice = StartAdvice.For(facts, engine.Settings),
        Warning = ReadyLimit.Warning(facts, engine.Settings),
        DeathLine = facts.DeathLine,
        DeathAt = facts.DeathAt,
        StopRequested = facts.StopRequested,
        NoBlockAt = facts.NoBlockAt,
        NoBlockLine = facts.NoBlockLine,
    };
}
