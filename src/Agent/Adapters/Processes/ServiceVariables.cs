namespace Agent.Adapters.Processes;

/// <summary>
/// The variables by which systemd speaks to a service, and to nobody else. A child that notified systemd would speak for the agent. A child that used
/// the sockets, credentials or folders would get things that are not meant for it.
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
