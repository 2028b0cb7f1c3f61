using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.ForeignText;
using Agent.Reports.Health;

namespace Agent.Reports;

/// <summary>JSON that leaves the agent: snake_case, times in UTC.</summary>
[JsonSerializable(typeof(IncidentDocument))]
[JsonSerializable(typeof(IncidentDocument[]))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(WebhookBody))]
[JsonSerializable(typeof(WebhookText))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(EngineVerdictDocument))]
[JsonSerializable(typeof(ObservationDocument[]))]
[JsonSerializable(typeof(BundleDocument[]))]
[JsonSerializable(typeof(IReadOnlyList<MaintenanceDocument>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class DocumentJson : JsonSerializerContext
{
    /// <summary>For machines: one line.</summary>
    public static readonly DocumentJson Compact = new(JsonSpelling.Options(indented: false, new GateConverter(TextGate.OnlyPrintable)));

    /// <summary>For scripts and people: indented.</summary>
    public static readonly DocumentJson Readable = new(JsonSpelling.Options(indented: true, new GateConverter(TextGate.OnlyPrintable)));

    /// <summary>For values that never passed the journal: present signs and answers of engines.</summary>
    public static DocumentJson Through(TextGate gate) => new(JsonSpelling.Options(indented: false, new GateConverter(gate)));
}
