namespace Agent.Configuration;

/// <summary>Keys, defaults and bounds of the engine sections of agent.yaml.</summary>
internal static class EngineBinding
{
    public static List<EngineSettings> Engines(YamlSection root)
    {
        var sections = root.Sections("engines");
        List<EngineSettings> engines = [.. sections.Select(Engine)];
        for (var i = 0; i < engines.Count; i++)
        {
            foreach (var other in engines.Take(i))
            {
                if (other.Name == engines[i].Name)
                    sections[i].Complain("name", $"'{other.Name}' is taken by another engine");
                if (other.Port == engines[i].Port)
                    sections[i].Complain("port", $"{other.Port} is taken by engine '{other.Name}'");
                foreach (var chip in other.Chips.Intersect(engines[i].Chips))
                    sections[i].Complain("chips", $"{chip.Id} belongs to engine '{other.Name}' already; a chip serves one engine");
            }
        }

        return engines;
    }

    private static readonly string[] OwnFlags =
        ["served-model-name", "host", "port", "tensor-parallel-size", "dtype", "max-model-len", "max-num-seqs", "max-num-batched-tokens", "gpu-memory-utilization", "api-key"];

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
        foreach (var flag in arguments.Keys.Where(k => OwnFlags.Contains(k.Replace('_', '-'))))
            engine.Complain("arguments", $"{flag} has a key of its own in the engine section{(flag is "api-key" or "api_key" ? " (api_key_file: a key never goes by argv)" : "")}");

        var start = engine.Section("start");
        var stop = engine.Section("stop");
        var canary = engine.Section("canary");
        return new EngineSettings
        {
            Name = name,
            Command = engine.Text("command", "vllm")!,
            Model = model,
            ServedModelName = engine.Text("served_model_name", model)!,
            Host = engine.Text("host", "127.0.0.1")!,
            Port = engine.Int("port", 8000, 1, 65535),
            Chips = [.. chips.Keys],
            BusIds = ChipNumbers.BusIds(chips),
            TensorParallelSize = engine.Int("tensor_parallel_size", Math.Max(1, chips.Count), 1, Math.Max(1, chips.Count)),
            Dtype = engine.Text("dtype"),
            MaxModelLen = engine.OptionalInt("max_model_len", 1, 16_777_216),
            MaxNumSeqs = engine.OptionalInt("max_num_seqs", 1, 65536),
            MaxNumBatchedTokens = engine.OptionalInt("max_num_batched_tokens", 1, 16_777_216),
            GpuMemoryUtilization = engine.OptionalNumber("gpu_memory_utilization", 0.05, 1),
            Arguments = arguments.ToDictionary(a => a.Key.Replace('_', '-'), a => a.Value, StringComparer.Ordinal),
            Environment = engine.Map("environment"),
            ApiKeyFile = engine.Text("api_key_file"),
            StageTimeout = start.Duration("stage_timeout", "10m", "1s", "6h"),
            SharedMemoryMin = start.Bytes("shared_memory", "256MiB", "0", "1TiB"),
            Stop = EngineStopBinding.Stop(stop, arguments),
            Canary = new CanarySettings(
                canary.Text("prompt", "The capital of France is")!,
                canary.Text("expected_text"),
                canary.Int("max_tokens", 8, 1, 256),
                canary.Duration("timeout", "20s", "100ms", "10m"),
                canary.Int("misses", 2, 1, 10),
                canary.Number("max_seconds_per_token", 1, 0.001, 600)),
            StallGrace = engine.Section("stall").Duration("grace", "2m", "1s", "1h"),
            DebugAfter = DebugAfter(engine.Section("debug_after")),
        };
    }

    // The journal keeps a day at least, so that all of the window can be counted.
    private static DebugAfterSettings DebugAfter(YamlSection section) =>
        new(section.Int("repeats", 2, 0, 100), section.Duration("window", "1h", "1m", "1d"), section.Int("level", 1, 0, 4));
}
