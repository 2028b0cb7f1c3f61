using System.Text.Json.Serialization;
using Agent.Adapters;

namespace Agent.Notifications.Channels;

/// <param name="Timestamp">Null, as <paramref name="Sign"/> is: the bot checks no signature.</param>
internal sealed record FeishuBody(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Timestamp,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Sign,
    string MsgType,
    FeishuCard Card);

/// <summary>A card of the second version.</summary>
internal sealed record FeishuCard(string Schema, FeishuHeader Header, FeishuCardBody Body);

/// <param name="Template">Its colour.</param>
internal sealed record FeishuHeader(FeishuText Title, string Template);

internal sealed record FeishuCardBody(IReadOnlyList<FeishuElement> Elements);

internal sealed record FeishuText(string Tag, string Content)
{
    public static FeishuText Plain(string text) => new("plain_text", text);
}

internal sealed record FeishuElement(string Tag)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeishuText? Text { get; init; }

    /// <summary>Of an element that is markdown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }

    public static FeishuElement Plain(string text) => new("div") { Text = FeishuText.Plain(text) };
}

[JsonSerializable(typeof(FeishuBody))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class FeishuJson : JsonSerializerContext
{
    /// <summary>The texts passed the gate line by line.</summary>
    public static readonly FeishuJson Compact = new(JsonSpelling.Options(indented: false));
}
