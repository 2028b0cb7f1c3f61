using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.ForeignText;

namespace Agent.Commands.Engine;

/// <summary>The output of the engine commands with <c>--output json</c>.</summary>
[JsonSerializable(typeof(EngineCommandDocument))]
[JsonSerializable(typeof(ComparisonDocument))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class EngineDocumentJson : JsonSerializerContext
{
    public static readonly EngineDocumentJson Readable = Through(TextGate.OnlyPrintable);

    public static EngineDocumentJson Through(TextGate gate) => new(new JsonSerializerOptions(JsonSpelling.Options(indented: true, new GateConverter(gate)))
    {
        // A perplexity may be too large for any number.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    });
}
