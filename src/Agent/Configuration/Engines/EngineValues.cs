using System.Globalization;
using System.Text.Json;
using Agent.Configuration.Yaml;

namespace Agent.Configuration.Engines;

/// <summary>A value of the engine section, read.</summary>
/// <param name="Written">As it stands in the file.</param>
/// <param name="Value">As vLLM takes it.</param>
internal sealed record EngineValue(string Written, string Value)
{
    /// <summary>Another option than that of the row, where the value decides.</summary>
    public string? Option { get; init; }

    /// <summary>Null: the option and the value.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>Null: the value.</summary>
    public string? Effective { get; init; }

    public string? Note { get; init; }
}

/// <summary>How values of the engine section are read, and what those of the guide mean to vLLM.</summary>
internal static class EngineValues
{
    public static EngineValue? Text(YamlSection section, string key) => section.Text(key) is { } text ? new(text, text) : null;

    public static Func<YamlSection, string, EngineValue?> OneOf(params string[] words) => (section, key) =>
    {
        if (section.Text(key) is not { } text)
            return null;
        if (words.Contains(text))
            return new(text, text);
        section.Complain(key, $"found '{text}', allowed: {string.Join(", ", words)}");
        return null;
    };

    public static Func<YamlSection, string, EngineValue?> Whole(int min, int max) => (section, key) =>
        section.OptionalInt(key, min, max) is { } value ? Plain(value.ToString(CultureInfo.InvariantCulture)) : null;

    public static EngineValue? Share(YamlSection section, string key) =>
        section.OptionalNumber(key, 0.05, 1) is { } value ? Plain(value.ToString(CultureInfo.InvariantCulture)) : null;

    public static EngineValue? Bytes(YamlSection section, string key) =>
        section.Text(key) is { } text ? new(text, section.Bytes(key, "1GiB", "1MiB", "4TiB").ToString(CultureInfo.InvariantCulture)) : null;

    public static EngineValue? Json(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        try
        {
            using var parsed = JsonDocument.Parse(text);
            if (parsed.RootElement.ValueKind == JsonValueKind.Object)
                return new(text, text);
        }
        catch (JsonException)
        {
            // Told below.
        }

        section.Complain(key, $"found '{text}', expected JSON in quotes such as '{{\"cudagraph_mode\":\"FULL_DECODE_ONLY\"}}'");
        return null;
    }

    public static EngineValue? Switch(YamlSection section, string key)
    {
        var on = section.Flag(key, true);
        return new(on ? "true" : "false", on ? "true" : "false") { Words = [on ? "--enable-prefix-caching" : "--no-enable-prefix-caching"] };
    }

    public static EngineValue? Ray(YamlSection section, string key) =>
        section.Flag(key, false) ? new("true", "ray") : new("false", "mp");

    public static EngineValue? Device(YamlSection section, string key)
    {
        var word = section.Choice(key, "ascend", ("ascend", "ascend"), ("npu", "npu"));
        return new(word, word)
        {
            Words = [],
            Effective = "the Ascend plug-in, ASCEND_RT_VISIBLE_DEVICES",
            Note = "vLLM has no --device: vllm-ascend, installed beside it, is the device, and its chips come by environment",
        };
    }

    /// <summary>vLLM has no automatic mixed precision: one type for weights and activations, sums in a wider one.</summary>
    public static EngineValue? Precision(YamlSection section, string key)
    {
        const string Note = "vLLM has no switch for it: it computes in --dtype and adds up in float32";
        return section.Choice(key, "true", ("true", "true"), ("false", "false"), ("fp16", "fp16"), ("bf16", "bf16")) switch
        {
            "fp16" => new("fp16", "float16") { Note = Note },
            "bf16" => new("bf16", "bfloat16") { Note = Note },
            var word => new(word, word)
            {
                Option = "mixed precision",
                Words = [],
                Effective = "as dtype says",
                Note = word == "true" ? Note : Note
                + "; full precision is dtype: float32"
            },
        };
    }

    public static EngineValue? CacheLimit(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is > 0 and <= 1
            ? Share(section, key) is { } part ? part with
            {
                Option = "--gpu-memory-utilization",
                Note = "a share of the whole chip, weights included; a size such as 20GiB limits the KV cache alone"
            } : null
            : Bytes(section, key) is { } bytes ? bytes with { Note = "bytes of KV cache on each chip" } : null;
    }

    public static EngineValue? PageSize(YamlSection section, string key) =>
        section.OptionalInt(key, 1, 65536) is { } value
            ? Plain(value.ToString(CultureInfo.InvariantCulture)) with
            {
                Words = [],
                Effective = "128",
                Note = "not applicable on Ascend: --block-size is forced to 128 tokens while prefix caching or chunked prefill is on, and both are by default",
            }
            : null;

    private static EngineValue Plain(string value) => new(value, value);
}
