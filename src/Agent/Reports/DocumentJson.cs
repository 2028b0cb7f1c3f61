using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Agent.ForeignText;

namespace Agent.Reports;

/// <summary>JSON that leaves the agent: snake_case, times in UTC.</summary>
[JsonSerializable(typeof(IncidentDocument))]
[JsonSerializable(typeof(IncidentDocument[]))]
[JsonSerializable(typeof(HealthDocument))]
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
    public static readonly DocumentJson Compact = new(Written(indented: false, TextGate.OnlyPrintable));

    /// <summary>For scripts and people: indented.</summary>
    public static readonly DocumentJson Readable = new(Written(indented: true, TextGate.OnlyPrintable));

    /// <summary>For values that never passed the journal: present signs and answers of engines.</summary>
    public static DocumentJson Through(TextGate gate) => new(Written(indented: false, gate));

    // The relaxed encoder leaves Chinese and quotes readable. It also leaves many invisible
    // characters, and the gate makes them visible before. Nothing here is put into HTML.
    private static JsonSerializerOptions Written(bool indented, TextGate gate) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = indented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new GateConverter(gate) },
    };
}
