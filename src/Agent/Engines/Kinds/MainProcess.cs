using Agent.Adapters.Processes;
using Agent.Engines.Runs;

namespace Agent.Engines.Kinds;

/// <summary>
/// Finds the started process among the processes with an engine's marker. A person may start an engine with the agent's
/// variables and without a session of its own. And a process that an engine left behind may lead a session, but it is no engine.
/// </summary>
/// <param name="processes">/proc.</param>
/// <param name="isEngine">Whether a command line is that of the engine.</param>
/// <param name="folder">The engine's record and logs.</param>
internal sealed class MainProcess(ProcessTable processes, Func<string, bool> isEngine, EngineFolder folder)
{
    /// <param name="marked">Live processes of the engine's user with its marker.</param>
    public ProcessEntry? Among(IReadOnlyList<ProcessEntry> marked)
    {
        var before = folder.ReadRun() is { } run && run.BootId == processes.BootId() ? run : null;
        var mains = marked.Where(p => IsMain(p, before)).ToList();
        var pids = mains.Select(p => p.Id.Pid).ToHashSet();
        // A child that was only forked looks like its parent.
        return mains.Find(p => !pids.Contains(p.ParentPid));
    }

    private bool IsMain(ProcessEntry process, EngineRun? before)
    {
        if (process.Id == before?.Main)
            return true;
        var output = processes.OutputOf(process.Id.Pid);
        // A process that a run left behind still writes into the log of that run.
        if (before is not null && output == before.LogFile)
            return false;
        if (isEngine(process.CommandLine))
            return true;
        // The record may be missing for the moment between fork and write.
        return process.SessionId == process.Id.Pid && (before is null || (output is not null && folder.Owns(output)));
    }
}
