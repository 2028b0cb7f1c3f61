using Agent.Engines.Logs;
using Agent.Engines.Runs;

namespace Agent.Engines.Starting;

/// <summary>
/// The ends of an engine's earlier starts, read from the logs on disk. So an agent that is started
/// anew forgets nothing. The log of a start that ended does not change, so it is read once.
/// </summary>
internal sealed class StartHistory(EngineHandle handle, TimeProvider clock)
{
    private (string Path, StartFingerprint? Fingerprint)? _read;

    /// <summary>How the start before the present one failed. Null when it did not fail, or there was none.</summary>
    public StartFingerprint? Before(EngineRun run)
    {
        if (handle.Logs().FirstOrDefault(path => string.CompareOrdinal(Path.GetFileName(path), Path.GetFileName(run.LogFile)) < 0) is not { } path)
            return null;
        if (_read is { } read && read.Path == path)
            return read.Fingerprint;
        var fingerprint = StartFingerprint.Of(new EngineLog(run with { LogFile = path, LogBegin = 0, LogBefore = null }, clock, handle.Gate,
            hasFrontEnd: handle.Settings.HasFrontEnd).Read());
        _read = (path, fingerprint);
        return fingerprint;
    }
}
