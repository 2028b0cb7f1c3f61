using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.ForeignText;

/// <summary>
/// Puts the gate into a JSON context. Every string of every document passes it, read or written, also the strings of fields that are added later.
/// </summary>
internal sealed class GateConverter(TextGate gate) : JsonConverter<string>
{
    /// <summary>For contexts that have no gate of their own.</summary>
    public GateConverter()
        : this(TextGate.OnlyPrintable)
    {
    }

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() is { } text
        ? gate.Clean(text) : null;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(gate.Clean(value));

    public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => gate.Clean(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WritePropertyName(gate.Clean(value));
}
