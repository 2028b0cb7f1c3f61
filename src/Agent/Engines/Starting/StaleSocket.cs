using Agent.Adapters.Processes;

namespace Agent.Engines.Starting;

/// <summary>The Unix socket of an engine with --uds: vLLM does not remove it before it binds, so what a killed one left makes the next start fail.</summary>
internal static class StaleSocket
{
    /// <returns>The path that was removed; null when there was nothing to remove.</returns>
    public static string? Remove(SupervisedEngine engine, SocketTable sockets)
    {
        if (engine.Settings.Arguments.GetValueOrDefault("uds") is not { Length: > 0 } path || !File.Exists(path) || sockets.UnixSocket(path) is not null)
            return null;
        File.Delete(path);
        return path;
    }
}
