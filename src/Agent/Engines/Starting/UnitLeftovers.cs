using Agent.Adapters.Processes;

namespace Agent.Engines.Starting;

/// <summary>
/// Removes the leftovers of killed engines in the agent's own unit. The engines' own user does it, before a
/// start and after an end, because the agent is another user and may not. It needs no root: the leftovers belong
/// to this user, and he may look into his own processes. systemd ends and reaps the processes, by the cgroup.
/// </summary>
internal static class UnitLeftovers
{
    /// <param name="command">The command of the engine. Null when nobody wrote it down.</param>
    /// <param name="memory">/dev/shm.</param>
    /// <param name="sockets">Tells which process has which socket.</param>
    /// <returns>The names of the removed files.</returns>
    public static IReadOnlyList<string> Remove(CommandLine? command, SharedMemory memory, SocketTable sockets) =>
        StaleSocket.Remove(SocketOf(command), sockets) is { } socket ? [.. memory.RemoveLeftovers(), socket] : memory.RemoveLeftovers();

    private static string? SocketOf(CommandLine? command) =>
        command?.Arguments.SkipWhile(word => word != "--" + StaleSocket.Option).ElementAtOrDefault(1);
}
