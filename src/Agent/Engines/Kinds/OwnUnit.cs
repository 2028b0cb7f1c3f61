using Agent.Adapters.Files;

namespace Agent.Engines.Kinds;

/// <summary>
/// The agent's own unit npu-engine@NAME. Its engines are of a user of their own, who may change nothing of the agent's: what one
/// is to run is his to read, its log is his to write to, and both lie in folders of the agent.
/// </summary>
/// <param name="Engine">The engine's name.</param>
/// <param name="Launches">Where the files lie that say what is run; the user's group may read there.</param>
/// <param name="Logs">Where the logs lie, in a folder for each engine.</param>
internal sealed record OwnUnit(string Engine, string Launches, string Logs)
{
    public const string User = "npu-engine";

    /// <summary>What its main process is before it becomes the engine.</summary>
    public const string Becoming = "/usr/bin/npu-agent engine exec";

    private const UnixFileMode OwnerWritesGroupReads = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    /// <summary>What the unit runs beside the engine, in the engine's cgroup, for a moment before and after it.</summary>
    public static readonly IReadOnlyList<string> Errands = ["/usr/bin/npu-agent as-root admit", "/usr/bin/npu-agent engine clear"];

    /// <summary>The user's home, where CANN writes its own logs when nobody says otherwise.</summary>
    private const string Home = "/var/lib/npu-engine";

    /// <summary>What systemd gives every engine beside what the agent wrote down.</summary>
    private const string Variables = "/etc/npu-agent/engine.env";

    /// <summary>What systemd forked and has not yet made a program of: it shows the end of that program's name in brackets, such as <c>(pu-agent)</c>.</summary>
    public static bool IsBeingStarted(string commandLine) => commandLine is ['(', .., ')'] && !commandLine.Contains(' ', StringComparison.Ordinal);

    public string Name => $"npu-engine@{Engine}.service";

    public string LaunchFile => Path.Combine(Launches, Engine + ".json");

    public string LogFolder => Path.Combine(Logs, Engine);

    /// <summary>As the package lays it out.</summary>
    public static OwnUnit Of(string engine) => new(engine, "/run/npu-engine", "/var/log/npu-engine");

    /// <summary>Both folders are of the package: made by anybody else, they would not have the group by which the engine reaches them.</summary>
    /// <returns>Null, or what is missing.</returns>
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

    /// <summary>What the engine was given, by the files that say so: the environment of another user's process is not for the agent to read.</summary>
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
