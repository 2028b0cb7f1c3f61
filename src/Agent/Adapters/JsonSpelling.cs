using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Agent.Adapters;

/// <summary>
/// The one spelling of the agent's JSON: snake_case, with Chinese and quotes readable. The relaxed encoder for that also leaves many invisible
/// characters; texts of others pass the gate before. None of this JSON is put into HTML.
/// </summary>
internal static class JsonSpelling
{
    public static JsonSerializerOptions Options(bool indented, params IEnumerable<JsonConverter> converters)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = indented,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        foreach (var converter in converters)
            options.Converters.Add(converter);
        return options;
    }
}
