using System.ComponentModel;
using Agent.Adapters.Processes;
using Agent.Engines.Runs;

namespace Agent.Engines.Logs;

/// <summary>
/// Copies the output of a unit or a container into the log file of its run. The copying program outlives the agent, as the engine does. So
/// nothing is lost while no agent is there, and the next agent finds the copier by the file that it writes. Each copy begins with the first
/// line of the run that still exists. This may not be the run's first line, because containers drop old lines. So when a new copier follows one
/// that ended early, the present content of the file is set aside and the file is emptied. Then a line may be there twice, but none is missing.
/// </summary>
internal sealed class LogCopy(CommandLine print, EngineRun run, ProcessTable processes, TimeProvider clock)
{
    /// <summary>Marks a copier through its environment, with the file.</summary>
    private const string Marker = "NPU_AGENT_LOG_COPY";

    private static readonly TimeSpan BetweenStarts = TimeSpan.FromSeconds(5);

    private ProcessId? _copier;
    private long? _begunAt;

    public bool IsRunning => _copier is { } copier && processes.IsAlive(copier);

    /// <summary>Makes sure that a copier runs as long as the engine does. It ends by itself, or at the stop.</summary>
    /// <param name="setAside">Keeps the content of the file before it is emptied.</param>
    /// <returns>True: the file was emptied.</returns>
    public bool KeepUp(Action setAside)
    {
        if (_copier is { } known)
        {
            if (processes.IsAlive(known))
                return false;
            _ = DetachedProcess.TryReap(known.Pid);
            _copier = null;
            // The copier of a container ends together with the container, when all is copied.
            if (!processes.IsAlive(run.Main))
                return false;
        }

        if (_begunAt is { } begun && clock.GetElapsedTime(begun) < BetweenStarts)
            return false;
        _begunAt = clock.GetTimestamp();
        _copier = processes.WithMarker(Marker, run.LogFile, ProcessTable.Self).Found.FirstOrDefault(p => p.IsAlive)?.Id;
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
            // An engine serves even if its log is not read. HTTP tells whether it serves. The next look tries again.
            return null;
        }
    }
}
