namespace Agent.Configuration.Host;

/// <summary>Where things lie on a host when the configuration says nothing, and what a kind of host has not.</summary>
/// <param name="Configuration">The file that is read.</param>
/// <param name="State">Database, engines, bundles.</param>
/// <param name="ControlSocket">Where the commands talk to the daemon.</param>
/// <param name="Log">The agent's own log.</param>
/// <param name="KindLimit">Why an engine can be nothing but a process there; null where it can.</param>
internal sealed record HostFolders(string Configuration, string State, string ControlSocket, string Log, string? KindLimit)
{
    public static readonly HostFolders Here = Of(OperatingSystem.IsWindows(), Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData));

    /// <param name="windows">Whether the host runs Windows.</param>
    /// <param name="programData">Its folder for what programs keep for all users; asked for on Windows only.</param>
    public static HostFolders Of(bool windows, string programData) => windows
        ? new(
            $@"{programData}\npu-agent\agent.yaml",
            $@"{programData}\npu-agent\state",
            $@"{programData}\npu-agent\agent.sock",
            $@"{programData}\npu-agent\log",
            "systemd and container are not available on Windows, which has neither systemd nor /proc; use process")
        : new("/etc/npu-agent/agent.yaml", "/var/lib/npu-agent", "/run/npu-agent/agent.sock", "/var/log/npu-agent", null);
}
