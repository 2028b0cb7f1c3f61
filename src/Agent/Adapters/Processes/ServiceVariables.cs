namespace Agent.Adapters.Processes;

/// <summary>
/// What systemd says to a service in its environment, and to nobody else: a child that notified would speak for the agent, and
/// one that took the sockets, credentials or folders for its own would have what it must not have.
/// </summary>
internal static class ServiceVariables
{
    public static readonly IReadOnlyList<string> All =
    [
        "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "FDSTORE",
        "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDNAMES",
        "CREDENTIALS_DIRECTORY", "RUNTIME_DIRECTORY", "STATE_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY",
        "INVOCATION_ID", "JOURNAL_STREAM", "SYSTEMD_EXEC_PID", "MAINPID", "MAINPIDFDID", "MANAGERPID", "MANAGERPIDFDID",
        "MEMORY_PRESSURE_WATCH", "MEMORY_PRESSURE_WRITE",
    ];
}
