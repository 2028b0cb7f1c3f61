using System.ComponentModel;
using Agent.Adapters.Processes;

namespace Agent.Engines;

/// <summary>
/// Copies what a unit or a container prints into the log file of its run, by a program that outlives the agent as the engine
/// does: nothing is lost while no agent is there, and the next one finds the copier by the file that it writes. Each copy
/// begins with the first line that is still to be had of the run. That need not be its first: containers drop old lines. So when
/// a copier that ended early is begun anew, what the file has is set aside, and the file emptied. A line may be there twice then;
/// none is missing.
/// </summary>
internal sealed class LogCopy(CommandLine print, EngineRun run, ProcessTable processes, TimeProvider clock)
{
    /// <summary>Marks a copier through its environment, with the file.</summary>
    private const string Marker = "NPU_AGENT_LOG_COPY";

    private static readonly TimeSpan BetweenStarts = TimeSpan.FromSeconds(5);

    private ProcessId? _copier;
    private long? _begunAt;

    public bool IsRunning => _copier is { } copier && processes.IsAlive(copier);

    /// <summary>Sees to it that a copier runs as long as the engine does. It ends by itself, or at the stop.</summary>
    /// <param name="setAside">Keeps what the file has, before it is emptied.</param>
    /// <returns>True: the file was emptied.</returns>
    public bool KeepUp(Action setAside)
    {
        if (_copier is { } known)
        {
            if (processes.IsAlive(known))
                return false;
            _ = DetachedProcess.TryReap(known.Pid);
            _copier = null;
            // The copier of a container ends with it, when all is copied.
            if (!processes.IsAlive(run.Main))
                return false;
        }

        if (_begunAt is { } begun && clock.GetElapsedTime(begun) < BetweenStarts)
            return false;
        _begunAt = clock.GetTimestamp();
        _copier = processes.WithMarker(Marker, run.LogFile, ProcessTable.Self).FirstOrDefault(p => p.IsAlive)?.Id;
        if (_copier is not null || (!processes.IsAlive(run.Main) && IsCopied()))
            return false;
        _copier = Begin(setAside);
        return true;
    }

    public void Stop()
    {
        if (_copier is { } copier)
            processes.Signal(copier, Signals.Terminate);
    }

    private bool IsCopied() => File.Exists(run.LogFile) && new FileInfo(run.LogFile).Length > 0;

    private ProcessId? Begin(Action setAside)
    {
        try
        {
            if (IsCopied())
                setAside();
            File.Create(run.LogFile).Dispose();
            var environment = new Dictionary<string, string>(StringComparer.Ordinal) { [Marker] = run.LogFile };
            return DetachedProcess.Start(new DetachedStart(print, DetachedStart.InheritedEnvironment(environment), run.LogFile));
        }
        catch (Exception refused) when (refused is Win32Exception or IOException or UnauthorizedAccessException)
        {
            // An engine serves without its log being read; that it does is asked by HTTP. The next look tries again.
            return null;
        }
    }
}
