using Agent.Adapters.Processes;

namespace Agent.Engines.Starting;

/// <summary>
/// The Unix socket of an engine with --uds. vLLM does not remove it before it
/// binds. So the socket that a killed engine left makes the next start fail.
/// </summary>
internal static class StaleSocket
{
    public const string Option = "uds";

    /// <param name="path">The socket; null when the engine has none.</param>
    /// <param name="sockets">Tells which process has which socket.</param>
    /// <returns>The path that was removed; null when there was nothing to remove.</returns>
    public static string? Remove(string? path, SocketTable sockets)
    {
        if (path is not { Length: > 0 } || !File.Exists(path) || sockets.UnixSocket(path) is not null)
            return null;
        File.Delete(path);
        return path;
    }
}
