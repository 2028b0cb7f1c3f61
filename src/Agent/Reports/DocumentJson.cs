using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Reports;

/// <summary>JSON that leaves the agent: snake_case, times in UTC.</summary>
[JsonSerializable(typeof(IncidentDocument))]
[JsonSerializable(typeof(IncidentDocument[]))]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(EngineVerdictDocument))]
[JsonSerializable(typeof(ObservationDocument[]))]
[JsonSerializable(typeof(BundleDocument[]))]
[JsonSerializable(typeof(IReadOnlyList<MaintenanceDocument>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class DocumentJson : JsonSerializerContext
{
    /// <summary>For machines: one line.</summary>
    public static readonly DocumentJson Compact = new(Written(indented: false));

    /// <summary>For scripts and people: indented.</summary>
    public static readonly DocumentJson Readable = new(Written(indented: true));

    // The relaxed encoder leaves Chinese and quotes readable; nothing here is put into HTML.
    private static JsonSerializerOptions Written(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = indented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
