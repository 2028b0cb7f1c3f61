using Agent.Adapters.Files;

namespace Agent.Engines.Runs;

/// <summary>
/// The record of a run on disk. The agent knows a run before its disk does, so a full disk never makes a
/// started engine unknown. A record that could not be written is held in memory and written when the disk
/// takes it. Until then the next agent finds the engine in the same way as one whose record was lost.
/// </summary>
internal sealed class KeptRun(EngineFolder folder)
{
    private readonly Lock _writing = new();
    private EngineRun? _held;

    /// <summary>Why the record is not on disk; null when it is.</summary>
    public string? Problem { get; private set; }

    /// <param name="newest">Asked when it is this write's turn, so that of two writes the last one is of the newest run.</param>
    public void WriteNewest(Func<EngineRun?> newest)
    {
        lock (_writing)
        {
            _held = newest();
            WriteHeld();
        }
    }

    /// <summary>Tries the write again between starts.</summary>
    public void TryAgain()
    {
        lock (_writing)
            WriteHeld();
    }

    /// <summary>The file for the output of a process of the agent: its log, or nowhere if the disk takes no new file.</summary>
    public static string OutputOf(string log)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(log)!);
            var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
            new FileStream(log, options).Dispose();
            return log;
        }
        catch (IOException refused) when (!OperatingSystem.IsWindows() && DiskRefusals.Of(refused) is not null)
        {
            return "/dev/null";
        }
    }

    private void WriteHeld()
    {
        if (_held is not { } run)
            return;
        try
        {
            folder.WriteRun(run);
            (_held, Problem) = (null, null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Problem = refused.Message;
        }
    }
}
