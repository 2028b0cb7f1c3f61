using System.Globalization;
using System.Text.Json.Nodes;
using Agent.Configuration.Yaml;

namespace Agent.Configuration.Engines;

/// <summary>
/// The guide's preferred batch sizes. vLLM batches continuously; the nearest thing are the sizes that it captures graphs for
/// and pads a decode step to. They are part of the compilation configuration, beside what else stands there.
/// </summary>
internal static class CaptureSizes
{
    public const string Option = "cudagraph_capture_sizes";
    public const string Note = "graphs are captured for these sizes and a decode step is padded to the next one; vLLM still batches continuously";

    private const string Configuration = "--compilation-config";

    public static EngineValue? Read(YamlSection section, string key)
    {
        if (section.List(key) is not { } written)
            return null;
        List<int> sizes = [];
        foreach (var word in written)
        {
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is >= 1 and <= 65536)
                sizes.Add(size);
            else
                section.Complain(key, $"found '{word}', expected whole numbers from 1 to 65536, for example [8, 16]");
        }

        if (written.Count == 0)
            section.Complain(key, "is empty; name at least one size, for example [8, 16]");
        var list = "[" + string.Join(',', sizes) + "]";
        return sizes.Count == 0 ? null : new($"[{string.Join(", ", written)}]", list) { Words = [Configuration, $$"""{"{{Option}}":{{list}}}"""] };
    }

    /// <summary>One --compilation-config of what was written as JSON and of the sizes.</summary>
    public static IReadOnlyList<EngineParameter> Joined(List<EngineParameter> parameters, YamlSection engine)
    {
        var sizes = parameters.FindIndex(p => p.Option == Option && p.Words.Count > 0);
        var whole = parameters.FindIndex(p => p.Option == Configuration);
        if (sizes < 0 || whole < 0)
            return parameters;
        var json = JsonNode.Parse(parameters[whole].Written)!.AsObject();
        var wanted = JsonNode.Parse(parameters[sizes].Effective);
        if (json.TryGetPropertyValue(Option, out var own) && !JsonNode.DeepEquals(own, wanted))
            engine.Complain("compilation_config",
                $"{Option} is {own?.ToJsonString()}, but {parameters[sizes].Key} says {parameters[sizes].Written}, "
                    + $"and they set the same option; give one of them");
        json[Option] = wanted;
        parameters[whole] = parameters[whole] with { Words = [Configuration, json.ToJsonString()], Effective = json.ToJsonString() };
        parameters[sizes] = parameters[sizes] with { Words = [] };
        return parameters;
    }
}
