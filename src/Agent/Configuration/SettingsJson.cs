using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.Configuration.Engines;
using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Configuration;

/// <summary>Settings as JSON: durations and chips as they are written in the file.</summary>
[JsonSerializable(typeof(AgentSettings))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(DurationWriter), typeof(ChipWriter)])]
internal sealed partial class SettingsJson : JsonSerializerContext
{
    public static readonly SettingsJson Readable = new(JsonSpelling.Options(indented: true,
        new DurationWriter(), new ChipWriter(), new LanguageWriter(),
        new WordWriter<AgentMode>(), new WordWriter<EngineKind>(), new WordWriter<ResetScope>(), new WordWriter<Rung>(),
        new WordWriter<Severity>(), new WordWriter<StepKind>(), new WordWriter<VendorLevel>()));

    /// <summary>The settings in force, without a secret in them.</summary>
    public static JsonObject Shown(AgentSettings settings)
    {
        var shown = JsonSerializer.SerializeToNode(settings, Readable.AgentSettings)!.AsObject();
        foreach (var (name, probe) in settings.Probes)
            probe.Own.Show(shown["probes"]![name]!.AsObject());
        settings.Bundles.Own.Show(shown["bundles"]!.AsObject());
        var at = shown.IndexOf("reports");
        foreach (var kind in settings.PlugIns.Notifiers)
            shown.Insert(at++, kind.Key, new JsonArray([.. settings.Notifiers.Where(n => n.Kind == kind).Select(Receiver)]));
        return shown;
    }

    private static JsonNode Receiver(NotifierSettings receiver)
    {
        JsonObject shown = new() { ["name"] = receiver.Name };
        receiver.Own.Show(shown);
        return shown;
    }

    private sealed class DurationWriter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Durations.Text(value));
    }

    /// <summary>An enum as the file spells it: with dashes as a value, with underscores as a key.</summary>
    private sealed class WordWriter<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(Words.Of(value));

        public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WritePropertyName(Words.Of(value).Replace('-', '_'));
    }

    private sealed class LanguageWriter : JsonConverter<Language>
    {
        public override Language Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Language value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value == Domain.Language.Chinese ? "zh" : "en");
    }

    private sealed class ChipWriter : JsonConverter<Subject>
    {
        public override Subject Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Subject value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Id.Length > 0 ? value.Id : value.ToString());
    }
}
