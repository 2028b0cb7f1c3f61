using System.Globalization;
using Agent.Adapters.Processes;
using Agent.Configuration.Engines;

namespace Agent.Engines.Starting;

/// <summary>
/// The engine section as vLLM's real command line and environment. Chips are pinned by ASCEND_RT_VISIBLE_DEVICES, the only way that
/// works. The API key is passed by the environment, because every local user can read argv, and vLLM writes argv into its log.
/// </summary>
internal static class EngineCommandLine
{
    /// <summary>Marks every process of an engine through /proc/PID/environ, even after its parent is gone.</summary>
    public const string Marker = "NPU_AGENT_ENGINE";

    public const string VisibleDevices = "ASCEND_RT_VISIBLE_DEVICES";

    /// <summary>vLLM's own default port.</summary>
    private const int UsualPort = 8000;

    public static CommandLine Render(EngineSettings engine)
    {
        List<string> arguments =
        [
            "serve", engine.Model,
            "--served-model-name", engine.ServedModelName,
            .. engine.HasFrontEnd ? (string[])["--host", engine.Host, "--port", engine.Port.ToString(CultureInfo.InvariantCulture)] : [],
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

    /// <summary>
    /// Whether a command line belongs to this engine: its model on its port. It does not matter who typed
    /// it. It may stand behind a shell's -c or another wrapper, and its options may have another order.
    /// </summary>
    /// <param name="engine">The engine.</param>
    /// <param name="commandLine">The command line as /proc shows it: words with blanks between them.</param>
    public static bool IsOf(EngineSettings engine, string commandLine)
    {
        string[] words =
        [
            .. commandLine.Split([' ', '=', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)
                .Select(w => w.Trim(';', '&', '"', '\'', '(', ')')),
        ];
        if (!words.Contains(engine.Model) || (!words.Contains("serve") && !words.Contains("--model")))
            return false;
        if (!engine.HasFrontEnd)
            return words.Contains("--headless") || words.Contains("--api-server-count");
        var port = Array.IndexOf(words, "--port");
        return port < 0
            ? engine.Port == UsualPort && !words.Contains("--headless")
            : port + 1 < words.Length && words[port + 1] == engine.Port.ToString(CultureInfo.InvariantCulture);
    }

    /// <param name="engine">The engine.</param>
    /// <param name="apiKey">Its key, if it has one.</param>
    /// <param name="logicIds">The logic ids of its chips, in the order of the configuration.</param>
    /// <param name="marker">Value of <see cref="Marker"/>.</param>
    public static Dictionary<string, string> Environment(EngineSettings engine, string? apiKey, IEnumerable<int> logicIds, string marker)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [VisibleDevices] = string.Join(',', logicIds.Select(i => i.ToString(CultureInfo.InvariantCulture))),
            [Marker] = marker,
            // vLLM gives its processes titles. Without this variable the titles are written over their environment in /proc, and the marker is lost.
            ["SPT_NOENV"] = "1",
        };
        if (apiKey is not null)
            environment["VLLM_API_KEY"] = apiKey;
        foreach (var (name, value) in engine.Environment)
            environment[name] = value;
        return environment;
    }
}
