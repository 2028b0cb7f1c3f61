using System.Globalization;
using System.Text;
using Agent.Adapters.Containers;
using Agent.Configuration;

namespace Agent.Engines.Kinds;

/// <summary>How an engine becomes `run` of a container command line. Secrets go by a file that is there only while it runs.</summary>
internal sealed class ContainerRun(EngineSettings engine, ContainerSettings settings, string marker, string deviceFolder, string runtimeFolder)
{
    /// <summary>Whose container it is: engine and state folder, as in <see cref="EngineCommandLine.Marker"/>.</summary>
    public const string Label = "npu-agent.engine";

    private const string Visible = "ASCEND_RT_VISIBLE_DEVICES";

    // What every process on a chip needs beside the chip itself.
    private static readonly string[] CommonDevices = ["davinci_manager", "devmm_svm", "hisi_hdc"];

    public string Name => $"npu-engine-{engine.Name}";

    public string Marker => marker;

    public string EnvironmentFile => Path.Combine(runtimeFolder, engine.Name + ".env");

    public bool IsOurs(ContainerState container) => container.Labels.GetValueOrDefault(Label) == marker;

    /// <summary>What stands after <c>run -d</c>.</summary>
    public IReadOnlyList<string> Arguments(EngineLaunch launch)
    {
        List<string> arguments = ["--name", Name, "--label", $"{Label}={marker}", "--net=host", $"--shm-size={settings.SharedMemoryBytes.ToString(CultureInfo.InvariantCulture)}", "--env-file", EnvironmentFile];
        foreach (var device in Devices(launch).Select(d => Path.Combine(deviceFolder, d)).Where(Path.Exists))
            arguments.AddRange(["--device", device]);
        foreach (var mount in settings.Mounts)
            arguments.AddRange(["-v", mount]);
        // The image's own entry point may be a shell, or vllm already.
        return [.. arguments, .. settings.Arguments, "--entrypoint", launch.Command.Program, settings.Image, .. launch.Command.Arguments];
    }

    /// <summary>NAME=VALUE a line. A container sees its own chips only, numbered from 0, unless it may see everything.</summary>
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
        string.Join(',', Enumerable.Range(0, ids.Split(',', StringSplitOptions.RemoveEmptyEntries).Length).Select(i => i.ToString(CultureInfo.InvariantCulture)));
}
