using System.Text.Json.Serialization;

namespace Agent.Web;

[JsonSerializable(typeof(MaintenanceRequest))]
[JsonSerializable(typeof(EngineRequest))]
[JsonSerializable(typeof(ControlAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ControlJson : JsonSerializerContext;
