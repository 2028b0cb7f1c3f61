using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Commands;

/// <summary>What the engine commands print with <c>--output json</c>.</summary>
[JsonSerializable(typeof(EngineCommandDocument))]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class EngineDocumentJson : JsonSerializerContext
{
    public static readonly EngineDocumentJson Readable = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
