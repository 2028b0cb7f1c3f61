using System.Globalization;
using Agent.Adapters.VllmHttp;
using Agent.Configuration.Engines;

namespace Agent.Engines.Drift;

/// <summary>The engine's own word on how it was started. A value is null if the engine could not be asked for it.</summary>
internal sealed record EngineAsFound(EngineArguments? Arguments, IReadOnlyList<ModelEntry>? Models, IReadOnlyDictionary<string, string>? Cache);

/// <summary>One option that is not as the configuration wants it.</summary>
internal sealed record EngineDifference(string Option, string Wanted, string Found, string Where)
{
    public override string ToString() => $"{Option}: wanted {Wanted}, found {Found} ({Where})";
}

/// <summary>
/// Compares an engine with the engine section. An adopted engine may have been started from another section,
/// and vLLM ignores some options without a message. An option that is missing in the log because it is vLLM's
/// default is no difference. JSON options are not compared, because vLLM prints them in a form of its own.
/// </summary>
internal static class EngineDrift
{
    private const string Log = "log of its start";
    private const string ModelPage = "/v1/models";
    private const string MetricsPage = "/metrics";

    /// <summary>The behaviour of vLLM when an option is not given. The defaults of other options differ from host to host.</summary>
    private static readonly Dictionary<string, string[]> Defaults = new(StringComparer.Ordinal)
    {
        ["tensor_parallel_size"] = ["1"],
        ["dtype"] = ["auto"],
        ["enable_prefix_caching"] = ["true"],
        ["gpu_memory_utilization"] = ["0.9", "0.92"],
        ["host"] = ["0.0.0.0"],
        ["port"] = ["8000"],
    };

    /// <summary>Options that are not the engine's, or that are compared in another way.</summary>
    private static readonly string[] Beside = ["model", "model_tag", "host", "api_key", "config", "api_server_count", "headless", "subparser",
        "dispatch_function"];

    public static IReadOnlyList<EngineDifference> Find(EngineSettings engine, EngineAsFound found)
    {
        var wanted = Wanted(engine);
        List<EngineDifference> differences = [];
        if (found.Arguments is { } arguments)
            differences.AddRange(Compared(wanted, engine.Model, arguments));
        if (found.Models is { } models)
            differences.AddRange(Compared(engine, models));
        if (found.Cache is { } cache)
            differences.AddRange(Compared(wanted, cache));
        return [.. differences.DistinctBy(d => d.Option)];
    }

    private static Dictionary<string, string> Wanted(EngineSettings engine)
    {
        Dictionary<string, string> wanted = new(StringComparer.Ordinal)
        {
            ["served_model_name"] = engine.ServedModelName,
        };
        if (engine.HasFrontEnd)
            wanted["port"] = engine.Port.ToString(CultureInfo.InvariantCulture);
        foreach (var words in engine.Parameters.Where(p => p.Words.Count > 0).Select(p => p.Words)
            .Concat(engine.Arguments.Select(a => (IReadOnlyList<string>)["--" + a.Key, a.Value])))
        {
            var option = words[0][2..].Replace('-', '_');
            var value = words.Count > 1 && words[1].Length > 0 ? words[1] : "true";
            if (option.StartsWith("no_", StringComparison.Ordinal))
                (option, value) = (option[3..], "false");
            if (!value.StartsWith('{') && !Beside.Contains(option))
                wanted[option] = value;
        }

        return wanted;
    }

    private static IEnumerable<EngineDifference> Compared(Dictionary<string, string> wanted, string model, EngineArguments found)
    {
        var started = found.Values.GetValueOrDefault("model_tag") ?? found.Values.GetValueOrDefault("model");
        if (started is not null && started is not "None" && started != model)
            yield return new EngineDifference("model", model, started, Log);
        foreach (var (option, value) in wanted)
        {
            if (found.Values.TryGetValue(option, out var given))
            {
                if (!Same(value, given))
                    yield return new EngineDifference(option, value, given, Log);
            }
            else if (!Defaults.TryGetValue(option, out var defaults) || !defaults.Any(d => Same(value, d)))
            {
                yield return new EngineDifference(option, value, "not given", Log);
            }
        }

        if (found.IsWhole)
            yield break;
        foreach (var (option, given) in found.Values)
        {
            if (!wanted.ContainsKey(option) && !Beside.Contains(option) && !given.StartsWith('{') && !given.Contains("Config(", StringComparison.Ordinal))
                yield return new EngineDifference(option, "vLLM's own", given, Log);
        }
    }

    private static IEnumerable<EngineDifference> Compared(EngineSettings engine, IReadOnlyList<ModelEntry> models)
    {
        if (models.FirstOrDefault(m => m.Id == engine.ServedModelName) is not { } served)
            yield return new EngineDifference("served_model_name", engine.ServedModelName, string.Join(", ", models.Select(m => m.Id)), ModelPage);
        else if (engine.Whole("--max-model-len") is { } length && served.MaxModelLen is { } found && found != length)
            yield return new EngineDifference("max_model_len", Text(length), Text(found), ModelPage);
    }

    private static IEnumerable<EngineDifference> Compared(Dictionary<string, string> wanted, IReadOnlyDictionary<string, string> cache) =>
        from option in (string[])["gpu_memory_utilization", "enable_prefix_caching", "num_gpu_blocks_override", "kv_cache_memory_bytes"]
        where wanted.ContainsKey(option) && cache.TryGetValue(option, out var given) && given != "None" && !Same(wanted[option], given)
        select new EngineDifference(option, wanted[option], cache[option], MetricsPage);

    private static bool Same(string wanted, string found) =>
        string.Equals(wanted, found, StringComparison.OrdinalIgnoreCase)
        || (double.TryParse(wanted, NumberStyles.Float, CultureInfo.InvariantCulture, out var one)
            && double.TryParse(found, NumberStyles.Float, CultureInfo.InvariantCulture, out var other) && one.Equals(other));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
