using System.Text;
using System.Text.Json;

namespace Agent.Engines.Logs;

/// <summary>
/// A line that was written as an object of JSON by docker (json-file), by journald (-o json, which writes
/// a message with colours as bytes), or by a logger of Python (structlog, loguru, python-json-logger).
/// </summary>
/// <param name="Text">The message.</param>
/// <param name="Level">The level that the logger gives it. Null when there is none.</param>
/// <param name="IsCut">docker writes a long line in pieces. Only the last piece ends with a line end.</param>
internal sealed record JsonLine(string Text, string? Level, bool IsCut)
{
    // If several are present, the first one counts: docker's "log", journald's "MESSAGE", loguru's whole "record" beside the "text" that it printed.
    private static readonly string[] Messages = ["log", "message", "msg", "event", "text"];

    private static readonly string[] Levels = ["level", "levelname", "severity", "lvl"];

    /// <returns>Null if it is no such object, for example one that was cut.</returns>
    public static JsonLine? Read(string line)
    {
        if (line.Length < 2 || line[0] != '{' || line[^1] != '}')
            return null;
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            if (Messages.Select(name => Of(root, name)).FirstOrDefault(value => value is not null) is not { } message || Said(message) is not { } text)
                return null;
            var level = Levels.Select(name => Of(root, name)).FirstOrDefault(value => value is not null) ?? LoguruLevel(root);
            var isCut = Of(root, "log") is not null && Of(root, "stream") is not null && !text.EndsWith('\n');
            return new JsonLine(text.TrimEnd('\n', '\r'), level is { ValueKind: JsonValueKind.String } word ? word.GetString()!.ToUpperInvariant() : null,
                isCut);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static JsonElement? LoguruLevel(JsonElement root) =>
        Of(root, "record") is { } record && Of(record, "level") is { } level ? Of(level, "name") : null;

    private static JsonElement? Of(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object)
            return null;
        foreach (var member in parent.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return member.Value;
        }

        return null;
    }

    private static string? Said(JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.String)
            return message.GetString();
        if (message.ValueKind != JsonValueKind.Array)
            return null;
        List<byte> bytes = [];
        foreach (var item in message.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetByte(out var value))
                return null;
            bytes.Add(value);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
