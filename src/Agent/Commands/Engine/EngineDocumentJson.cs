using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.ForeignText;

namespace Agent.Commands.Engine;

/// <summary>The output of the engine commands with <c>--output json</c>.</summary>
[JsonSerializable(typeof(EngineCommandDocument))]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class EngineDocumentJson : JsonSerializerContext
{
    public static readonly EngineDocumentJson Readable = Through(TextGate.OnlyPrintable);

    public static EngineDocumentJson Through(TextGate gate) => new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        // A perplexity may be too large for any number.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new GateConverter(gate) },
    });
}
