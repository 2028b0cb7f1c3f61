using Agent.Configuration.Engines;
using Agent.Domain.Engines;
using Agent.Engines.Starting;

namespace Agent.Engines.Logs;

/// <summary>What a log has told so far, as a sign.</summary>
internal static class LogReading
{
    public static LogSign Sign(this EngineLogFacts facts, EngineSettings engine, DateTimeOffset now) =>
        new(now, facts.StageText, facts.Stage == StartupStage.Serving, now - facts.ProgressAt)
        {
            Cause = facts.Cause?.Id,
            CauseFault = facts.CauseFault,
            CauseLine = facts.CauseLine,
            CauseAt = facts.Found?.At,
            CauseProcess = facts.Found is { Process.Length: > 0 } found ? found.Process : null,
            Advice = StartAdvice.For(facts, engine),
            Warning = ReadyLimit.Warning(facts, engine),
            DeathLine = facts.DeathLine,
            DeathAt = facts.DeathAt,
            StopRequested = facts.StopRequested,
            NoBlockAt = facts.NoBlockAt,
            NoBlockLine = facts.NoBlockLine,
        };
}
