using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Configuration;

namespace Agent.Engines;

/// <summary>
/// The engine section as vLLM's real command line and environment. Chips are pinned by ASCEND_RT_VISIBLE_DEVICES, the only
/// way that works; the API key goes by environment because argv is readable by every local user and lands in vLLM's log.
/// </summary>
internal static class EngineCommandLine
{
    /// <summary>Marks every process of an engine, through /proc/PID/environ, whatever becomes of its parent.</summary>
    public const string Marker = "NPU_AGENT_ENGINE";

    public static CommandLine Render(EngineSettings engine)
    {
        List<string> arguments =
        [
            "serve", engine.Model,
            "--served-model-name", engine.ServedModelName,
            "--host", engine.Host,
            "--port", engine.Port.ToString(CultureInfo.InvariantCulture),
            .. engine.Parameters.SelectMany(p => p.Words),
        ];
        foreach (var (flag, value) in engine.Arguments)
        {
            arguments.Add("--" + flag);
            if (value.Length > 0)
                arguments.Add(value);
        }

        return new CommandLine(engine.Command, arguments);
    }

    /// <param name="engine">The engine.</param>
    /// <param name="logicIds">Logic ids of its chips, in the order of the configuration.</param>
    /// <param name="marker">Value of <see cref="Marker"/>.</param>
    public static Dictionary<string, string> Environment(EngineSettings engine, IEnumerable<int> logicIds, string marker)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ASCEND_RT_VISIBLE_DEVICES"] = string.Join(',', logicIds.Select(i => i.ToString(CultureInfo.InvariantCulture))),
            [Marker] = marker,
            // Without it the titles that vLLM gives its processes are written over their environment in /proc, marker and all.
            ["SPT_NOENV"] = "1",
        };
        if (engine.ApiKeyFile is { } file)
            environment["VLLM_API_KEY"] = File.ReadAllText(file).Trim();
        foreach (var (name, value) in engine.Environment)
            environment[name] = value;
        return environment;
    }
}
