using Agent.Adapters.Processes;
using Agent.Engines.Kinds;
using Agent.Engines.Logs;

namespace Agent.Engines.Runs;

/// <summary>
/// The run of a main process that was found and was not started by this agent: the place of its log, and the place in the log where the run begins.
/// </summary>
internal sealed class FoundRun(EngineFolder folder, IEngineKind kind, EngineProcesses own, ProcessTable processes)
{
    /// <param name="main">The main process.</param>
    /// <param name="before">The last known run. Its log shows which part of the next log belongs to it.</param>
    /// <param name="now">The present time.</param>
    public EngineRun Of(ProcessId main, EngineRun? before, DateTimeOffset now)
    {
        var logFile = LogOf(main) ?? folder.NewLogFile(now);
        return own.RunOf(main, now, logFile, processes.Read(main.Pid)?.CommandLine ?? "") with
        {
            LogBegin = kind.Log switch
            {
                LogOrigin.CopiedWithEarlierRuns when before is not null => EngineLogFiles.LengthOf(before.LogFile),
                LogOrigin.WrittenBehindMark => RunMark.BeginOf(logFile, main),
                _ => 0,
            },
            LogBefore = kind.Log == LogOrigin.CopiedWithEarlierRuns ? before?.LogFile : null,
        };
    }

    /// <summary>If a process writes elsewhere (a terminal, a file of its owner), the log of an earlier run is not its log.</summary>
    private string? LogOf(ProcessId main) => kind.Log switch
    {
        LogOrigin.Written when processes.OutputOf(main.Pid) is { } output => folder.Owns(output) ? output : null,
        LogOrigin.Written or LogOrigin.WrittenBehindMark => folder.NewestLogFile(),
        _ => null,
    };
}
