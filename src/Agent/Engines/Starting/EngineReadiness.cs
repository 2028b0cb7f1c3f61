using Agent.Adapters;
using Agent.Domain;
using Agent.Domain.Engines;
using Agent.Engines.Logs;
using Agent.Engines.Signs;

namespace Agent.Engines.Starting;

/// <summary>
/// Waits until an engine is up, and proves it: last start-up stage, /health, the served model's name, one right canary. The judge of engines
/// says here, as everywhere, whether a start failed.
/// </summary>
internal static class EngineReadiness
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan HttpLimit = TimeSpan.FromSeconds(5);
    private const int CanaryTries = 3;

    /// <summary>A service manager or a container tool may take its time to tell how the engine ended, and this is the only time it is asked.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    /// <returns>Whether it serves, with the proof or the reason why it does not.</returns>
    public static async Task<Outcome> WaitAsync(SupervisedEngine engine, Action<string> progress, TimeProvider clock, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        var told = "";
        string? warning = null;
        PauseSign? pause = null;
        var limits = new EngineLimits { StageTimeout = engine.Settings.StageTimeout };
        while (true)
        {
            if (engine.Handle.Log is not { } log)
                return (false, "was not started");
            await engine.AskUntoldAsync(clock, cancellation);
            var life = engine.Handle.Life();
            var facts = log.Read();
            if (life != EngineLife.Running)
            {
                await engine.Handle.LookAgainAsync(cancellation, EndLimit);
                return (false, Ended(engine, facts));
            }

            if (facts.Stage == StartupStage.Serving)
            {
                return facts.DeathLine is { } line ? (false, $"the engine core died: {facts.CauseLine ?? line}")
                    : engine.Settings.HasFrontEnd ? await ProveAsync(engine, begun, clock, cancellation)
                    : (true, $"is up after {Durations.Text(clock.GetElapsedTime(begun))}, by its log; it has no port to be asked on");
            }

            if (Judge(facts) is { Fault: not null } failed)
            {
                // If somebody paused the engine, the agent waits for it. When the engine goes on, the stage gets its whole time again.
                if (failed.Rule != EngineRules.StartStalled || await engine.Handle.PausedAsync(asksKind: true, cancellation) is not { How: { } paused })
                    return (false, failed.Reason);
                progress(paused);
                pause = new PauseSign(clock.GetUtcNow(), IsPaused: false, paused);
            }

            if (facts.StageText != told)
                progress(told = facts.StageText);
            if (warning is null && (warning = ReadyLimit.Warning(facts, engine.Settings)) is not null)
                progress(warning);
            await Task.Delay(Step, clock, cancellation);
        }

        EngineVerdict Judge(EngineLogFacts facts)
        {
            var now = clock.GetUtcNow();
            var process = new ProcessSign(now, EngineLife.Running, "");
            return EngineJudge.Judge(new EngineSigns { Process = process, Pause = pause, Log = facts.Sign(engine.Settings, now) }, limits, now);
        }
    }

    public static string Ended(SupervisedEngine engine, EngineLogFacts facts)
    {
        var status = engine.Handle.Exit is { } exit ? $" {exit}" : "";
        return $"ended{status} in stage {facts.StageText}{(facts.CauseLine is { } line ? ": " + line.Trim() : "")}";
    }

    private static async Task<Outcome> ProveAsync(SupervisedEngine engine, long begun, TimeProvider clock, CancellationToken cancellation)
    {
        var problem = "";
        for (var attempt = 0; attempt < CanaryTries; attempt++)
        {
            var models = await engine.Http.ModelsAsync(HttpLimit, cancellation);
            if (models.Value is { } served && !served.Any(m => m.Id == engine.Settings.ServedModelName))
                return (false, $"serves {string.Join(", ", served.Select(m => m.Id))}, not {engine.Settings.ServedModelName}: another server took the port?");

            var canary = await Canary.AskAsync(engine, cancellation);
            if (canary.IsRight)
                return (true, $"serves after {Durations.Text(clock.GetElapsedTime(begun))}; canary answered \"{canary.Text.Trim()}\"");
            problem = canary.Complaint ?? canary.Text;
            if (engine.Handle.Life() != EngineLife.Running)
                break;
            await Task.Delay(Step, clock, cancellation);
        }

        return (false, $"the canary failed {CanaryTries} times: {problem}");
    }
}
