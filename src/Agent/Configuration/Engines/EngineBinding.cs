using System.Globalization;
using Agent.Configuration.Host;
using Agent.Configuration.Yaml;

namespace Agent.Configuration.Engines;

/// <summary>Keys, defaults and bounds of the engine sections of agent.yaml.</summary>
internal static class EngineBinding
{
    /// <summary>The largest hosts have 16 chips; each engine is compared with each other one.</summary>
    private const int MostEngines = 64;

    public static List<EngineSettings> Engines(YamlSection root)
    {
        var sections = root.Sections("engines");
        if (sections.Count > MostEngines)
        {
            root.Complain("engines", $"found {sections.Count}, allowed at most {MostEngines}: each needs a chip of its own");
            sections = [.. sections.Take(MostEngines)];
        }

        List<EngineSettings> engines = [.. sections.Select(Engine)];
        for (var i = 0; i < engines.Count; i++)
        {
            foreach (var other in engines.Take(i))
            {
                if (other.Name == engines[i].Name)
                    sections[i].Complain("name", $"'{other.Name}' is taken by another engine");
                if (other.Port == engines[i].Port && other.HasFrontEnd && engines[i].HasFrontEnd)
                    sections[i].Complain("port", $"{other.Port} is taken by engine '{other.Name}'");
                if (engines[i].RunsIn.Unit is { } unit && unit == other.RunsIn.Unit)
                    sections[i].Complain("unit", $"{unit} is the unit of engine '{other.Name}' already");
                foreach (var chip in other.Chips.Intersect(engines[i].Chips))
                    sections[i].Complain("chips", $"{chip.Id} belongs to engine '{other.Name}' already; a chip serves one engine");
            }
        }

        return engines;
    }

    private static EngineSettings Engine(YamlSection engine)
    {
        var name = engine.Required("name");
        if (name.Length > 0 && !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            engine.Complain("name", $"found '{name}', allowed: letters, digits, - _ .");
        var model = engine.Required("model");
        var chips = ChipNumbers.Read(engine, "chips");
        if (chips.Count == 0)
            engine.Complain("chips", "name at least one chip, for example [0/0, 1/0]");
        var arguments = engine.Map("arguments");
        CheckArguments(engine, arguments);
        var parallel = engine.Int("tensor_parallel_size", Math.Max(1, chips.Count), 1, Math.Max(1, chips.Count));

        var runsIn = EngineKindBinding.Bind(engine, name);
        // Of a container it is the image's, as the model is.
        var program = runsIn.Kind == EngineKind.Container ? engine.Text("command", "vllm")! : engine.Program("command", "vllm");
        if (runsIn.Kind != EngineKind.Container)
        {
            engine.ShouldBeThere("model", model);
            engine.ShouldBeThere("tokenizer", engine.Text("tokenizer") ?? "");
        }

        var start = engine.Section("start");
        var stop = engine.Section("stop");
        var canary = engine.Section("canary");
        var stall = engine.Section("stall");
        return new EngineSettings
        {
            Name = name,
            RunsIn = runsIn,
            Command = program,
            Model = model,
            ServedModelName = engine.Text("served_model_name", model)!,
            Host = engine.Text("host", "127.0.0.1")!,
            Port = engine.Int("port", 8000, 1, 65535),
            Chips = [.. chips.Keys],
            BusIds = ChipNumbers.BusIds(chips),
            TensorParallelSize = parallel,
            Parameters = [TensorParallel(engine, parallel), .. EngineParameters.Read(engine)],
            Arguments = arguments.ToDictionary(a => a.Key.Replace('_', '-'), a => a.Value, StringComparer.Ordinal),
            Environment = engine.Map("environment"),
            ApiKeyFile = engine.NeededFile("api_key_file", path => SecretFile.ReadApiKey(path).Problem),
            StageTimeout = start.Duration("stage_timeout", "10m", "1s", "6h"),
            SharedMemoryMin = start.Bytes("shared_memory", "256MiB", "0", "1TiB"),
            Stop = EngineStopBinding.Stop(stop, arguments),
            Canary = new CanarySettings(
                canary.Text("prompt", "The capital of France is")!,
                canary.Text("expected_text"),
                canary.Int("max_tokens", 8, 1, 256),
                canary.Duration("timeout", "20s", "100ms", "10m"),
                canary.Int("misses", 2, 1, 10),
                canary.Number("max_seconds_per_token", 1, 0.001, 600),
                canary.Duration("under_load", "5m", "0s", "1d")),
            Quality = QualitySettings.Bind(engine.Section("quality")),
            Throughput = ThroughputSettings.Bind(engine.Section("throughput")),
            StallGrace = stall.Duration("grace", "2m", "0s", "1h"),
            AgreedGrace = stall.Duration("agreed_grace", "12s", "1s", "1h"),
            Objective = engine.OptionalNumber("objective", SettingsBinding.LeastObjective, SettingsBinding.MostObjective),
            Log = EngineLogSettings.Bind(engine.Section("log")),
            DebugAfter = DebugAfter(engine.Section("debug_after")),
        };
    }

    // The journal keeps a day at least, so that all of the window can be counted.
    private static DebugAfterSettings DebugAfter(YamlSection section) =>
        new(section.Int("repeats", 2, 0, 100), section.Duration("window", "1h", "1m", "1d"), section.Int("level", 1, 0, 4));

    private static EngineParameter TensorParallel(YamlSection engine, int ranks)
    {
        var text = ranks.ToString(CultureInfo.InvariantCulture);
        const string Option = "--tensor-parallel-size";
        return engine.Has("tensor_parallel_size")
            ? new EngineParameter("tensor_parallel_size", text, Option, [Option, text], text, null)
            : new EngineParameter("tensor_parallel_size", "", Option, [Option, text], text, "the number of chips");
    }

    /// <summary>argv is in /proc for every local user, and in vLLM's first log line: no secret goes there. An engine has to be one that can be asked.</summary>
    private static void CheckArguments(YamlSection engine, IReadOnlyDictionary<string, string> arguments)
    {
        foreach (var (written, value) in arguments)
        {
            var flag = written.Replace('_', '-');
            if (flag == "api-key")
                engine.Complain("arguments", $"{written} has a key of its own in the engine section (api_key_file: a key never goes by argv)");
            else if (EngineParameters.HasOwnKey(flag))
                engine.Complain("arguments", $"{written} has a key of its own in the engine section");
            else if (FrontEndOptions.Find(flag, value) is { Answer: FrontEndAnswer.Refused } refused)
                engine.Complain("arguments", $"{written}{(value.Length > 0 ? $": {value}" : "")}: {refused.Text}");
            else if (value.Length > 0 && AgentSettings.NamesSecret(flag))
                engine.Complain("arguments", $"{written} holds a secret, and a command line is readable by every local user; give it by environment");
        }
    }
}
