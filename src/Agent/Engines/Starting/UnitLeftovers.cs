using Agent.Adapters.Processes;

namespace Agent.Engines.Starting;

/// <summary>
/// What killed engines of the agent's own unit left, removed by their own user before a start and after an end: the agent is
/// another user and may not. Root is not needed for it: what is removed is this user's own, and into processes of his own he
/// may look. Processes are systemd's to end and to reap, by the cgroup.
/// </summary>
internal static class UnitLeftovers
{
    /// <param name="command">What the engine runs; null when nobody wrote it down.</param>
    /// <param name="memory">/dev/shm.</param>
    /// <param name="sockets">Who has which socket.</param>
    /// <returns>The names of what was removed.</returns>
    public static IReadOnlyList<string> Remove(CommandLine? command, SharedMemory memory, SocketTable sockets) =>
        StaleSocket.Remove(SocketOf(command), sockets) is { } socket ? [.. memory.RemoveLeftovers(), socket] : memory.RemoveLeftovers();

    private static string? SocketOf(CommandLine? command) =>
        command?.Arguments.SkipWhile(word => word != "--" + StaleSocket.Option).ElementAtOrDefault(1);
}
