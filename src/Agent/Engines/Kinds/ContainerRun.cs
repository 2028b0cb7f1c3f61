using System.Globalization;
using System.Text;
using Agent.Adapters.Containers;
using Agent.Configuration;
using Agent.Configuration.Engines;
using Agent.Engines.Starting;

namespace Agent.Engines.Kinds;

/// <summary>Turns an engine into the `run` command of a container tool. Secrets are passed in a file that exists only while the command runs.</summary>
internal sealed class ContainerRun(EngineSettings engine, ContainerSettings settings, string marker, string deviceFolder, string runtimeFolder)
{
    /// <summary>The owner of the container: engine and state folder, as in <see cref="EngineCommandLine.Marker"/>.</summary>
    public const string Label = "npu-agent.engine";

    private const string Visible = "ASCEND_RT_VISIBLE_DEVICES";

    // With docker and podman the files of these drivers have no limit of their own, and with isula one of 7 MB. Other drivers refuse the options.
    private static readonly string[] LogFileDrivers = ["json-file", "k8s-file"];

    // This is kept besides the agent's own copy. It is as much as a new copier should
    // find. The files are so large that `logs -f` of podman is never a whole file behind.
    private const int LogFiles = 4;
    private const long SmallestLogFile = 64;

    // Every process on a chip needs these besides the chip itself.
    private static readonly string[] CommonDevices = ["davinci_manager", "devmm_svm", "hisi_hdc"];

    /// <summary>
    /// The folder of the files with secrets while a container is made. It is beside
    /// the socket, because that folder is in memory and for this agent alone.
    /// </summary>
    public static string FolderOf(AgentSettings settings) => Path.Combine(Path.GetDirectoryName(settings.ControlSocket)!, "engines");

    public string Name => NameOf(engine.Name);

    public static string NameOf(string engine) => $"npu-engine-{engine}";

    public string Marker => marker;

    public string EnvironmentFile => Path.Combine(runtimeFolder, engine.Name + ".env");

    public bool IsOurs(ContainerState container) => container.Labels.GetValueOrDefault(Label) == marker;

    /// <summary>If the operator says where the container's output goes, the agent adds nothing to it.</summary>
    public bool SaysWhereLogsGo => settings.Arguments.Any(a => a.StartsWith("--log-", StringComparison.Ordinal));

    /// <summary>The words behind <c>run -d</c>.</summary>
    /// <param name="launch">The start.</param>
    /// <param name="logDriver">The tool's log driver for a container's output. Null when the configuration sets it, or when nobody knows it.</param>
    public IReadOnlyList<string> Arguments(EngineLaunch launch, string? logDriver)
    {
        List<string> arguments = ["--name", Name, "--label", $"{Label}={marker}", "--net=host",
            $"--shm-size={settings.SharedMemoryBytes.ToString(CultureInfo.InvariantCulture)}", "--env-file", EnvironmentFile];
        if (LogFileDrivers.Contains(logDriver))
            arguments.AddRange(["--log-opt",
                string.Create(CultureInfo.InvariantCulture, $"max-size={Math.Max(SmallestLogFile, engine.Log.PartBytes >> 20)}MB"), "--log-opt",
                string.Create(CultureInfo.InvariantCulture, $"max-file={LogFiles}")]);
        foreach (var device in Devices(launch).Select(d => Path.Combine(deviceFolder, d)).Where(Path.Exists))
            arguments.AddRange(["--device", device]);
        foreach (var mount in settings.Mounts)
            arguments.AddRange(["-v", mount]);
        // The image's own entry point may be a shell, or vllm already.
        return [.. arguments, .. settings.Arguments, "--entrypoint", launch.Command.Program, settings.Image, .. launch.Command.Arguments];
    }

    /// <summary>Lines of NAME=VALUE. A container sees only its own chips, numbered from 0, unless it may see everything.</summary>
    public string EnvironmentText(IReadOnlyDictionary<string, string> environment)
    {
        var seesAll = settings.Arguments.Contains("--privileged");
        var text = new StringBuilder();
        foreach (var (name, value) in environment)
            text.Append(name).Append('=').Append(name == Visible && !seesAll ? Renumbered(value) : value).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<string> Devices(EngineLaunch launch) =>
        launch.Environment.GetValueOrDefault(Visible, "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => "davinci" + id).Concat(CommonDevices);

    private static string Renumbered(string ids) =>
        string.Join(',', Enumerable.Range(0, ids.Split(',', StringSplitOptions.RemoveEmptyEntries).Length)
            .Select(i => i.ToString(CultureInfo.InvariantCulture)));
}
