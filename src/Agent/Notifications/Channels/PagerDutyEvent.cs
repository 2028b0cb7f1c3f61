using System.Text.Json.Serialization;
using Agent.Adapters;
using Agent.ForeignText;

namespace Agent.Notifications.Channels;

/// <summary>An event of PagerDuty's API v2.</summary>
internal sealed record PagerDutyEvent(
    string RoutingKey,
    string EventAction,
    string DedupKey,
    PagerDutyPayload Payload,
    string Client,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ClientUrl)
{
    public IReadOnlyList<PagerDutyLink> Links { get; init; } = [];
}

internal sealed record PagerDutyPayload(string Summary, string Source, string Severity, DateTimeOffset Timestamp)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Component { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Class { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, string>? CustomDetails { get; init; }
}

internal sealed record PagerDutyLink(string Href, string Text);

[JsonSerializable(typeof(PagerDutyEvent))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class PagerDutyJson : JsonSerializerContext
{
    public static readonly PagerDutyJson Compact = new(JsonSpelling.Options(indented: false, new GateConverter(TextGate.OnlyPrintable)));
}
