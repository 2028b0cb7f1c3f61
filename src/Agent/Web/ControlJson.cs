using System.Text.Json.Serialization;
using Agent.ForeignText;

namespace Agent.Web;

[JsonSerializable(typeof(MaintenanceRequest))]
[JsonSerializable(typeof(EngineRequest))]
[JsonSerializable(typeof(RetryRequest))]
[JsonSerializable(typeof(ControlAnswer))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(GateConverter)])]
internal sealed partial class ControlJson : JsonSerializerContext;
