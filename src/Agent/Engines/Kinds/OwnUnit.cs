using Agent.Adapters.Files;

namespace Agent.Engines.Kinds;

/// <summary>
/// The agent's own unit npu-engine@NAME. Its engines run as a user of their own, who may change nothing of the agent's.
/// This user may read the launch file of his engine and may write to its log. Both lie in folders of the agent.
/// </summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="Launches">The folder of the launch files. The user's group may read there.</param>
/// <param name="Logs">The folder of the logs, with a folder for each engine.</param>
internal sealed record OwnUnit(string Engine, string Launches, string Logs)
{
    public const string User = "npu-engine";

    /// <summary>The command line of its main process before it becomes the engine.</summary>
    public const string Becoming = "/usr/bin/npu-agent engine exec";

    private const UnixFileMode OwnerWritesGroupReads =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>Commands that the unit runs beside the engine, in the engine's cgroup, for a moment before and after it.</summary>
    public static readonly IReadOnlyList<string> Errands = ["/usr/bin/npu-agent as-root admit", "/usr/bin/npu-agent engine clear"];

    /// <summary>The user's home, where CANN writes its own logs by default.</summary>
    private const string Home = "/var/lib/npu-engine";

    /// <summary>The variables that systemd gives every engine besides those of the launch file.</summary>
    private const string Variables = "/etc/npu-agent/engine.env";

    /// <summary>
    /// A process that systemd forked and that is not yet a program of its own. It
    /// shows the end of that program's name in brackets, such as <c>(pu-agent)</c>.
    /// </summary>
    public static bool IsBeingStarted(string commandLine) => commandLine is ['(', .., ')'] && !commandLine.Contains(' ', StringComparison.Ordinal);

    public string Name => $"npu-engine@{Engine}.service";

    public string LaunchFile => Path.Combine(Launches, Engine + ".json");

    public string LogFolder => Path.Combine(Logs, Engine);

    /// <summary>The folders of the package.</summary>
    public static OwnUnit Of(string engine) => new(engine, "/run/npu-engine", "/var/log/npu-engine");

    /// <summary>The package makes both folders. If anybody else made them, they would not have the group by which the engine reaches them.</summary>
    /// <returns>Null, or the missing folder.</returns>
    public string? Missing() => ((string[])[Launches, Logs]).FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing
        ? $"{missing} is not there; as root: systemd-tmpfiles --create npu-agent.conf, then systemctl restart npu-agent"
        : null;

    /// <summary>The engine's part of the logs. It gets its group from the folder around it, which passes it on.</summary>
    public void MakeLogFolder()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(LogFolder);
        else
            Directory.CreateDirectory(LogFolder, OwnerWritesGroupReads);
    }

    /// <summary>The engine's environment, read from the files that hold it: the agent may not read the environment of another user's process.</summary>
    public Dictionary<string, string> Environment()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = Home };
        foreach (var (name, value) in VariablesFile.Read(Variables))
            environment[name] = value;
        foreach (var (name, value) in Kinds.LaunchFile.TryRead(LaunchFile)?.Environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            environment[name] = value;
        return environment;
    }
}
