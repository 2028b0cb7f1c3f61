using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Agent.Domain;
using Agent.ForeignText;

namespace Agent.Web;

/// <summary>
/// The members of a request that changes something: one flat JSON object. The code asks for each member by name, with its bounds. The first problem
/// is kept. Members that the code did not ask for are a problem, too.
/// </summary>
internal sealed class ControlMembers
{
    private const int ShownLength = 60;

    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly List<string> _asked = [];
    private string? _problem;

    public ControlMembers(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (!Utf8.IsValid(body.Span))
                Complain("the request is no UTF-8 text");
            else
                Read(JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 4 }).RootElement);
        }
        catch (JsonException broken)
        {
            Complain($"the request is no JSON of at most 4 levels: line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            Complain("the request has a name with half a character in it (\\uD800 to \\uDFFF)");
        }
    }

    /// <summary>A line of text.</summary>
    public string Text(string name, int min, int max)
    {
        if (Ask(name, $"a text of {min} to {max} characters") is not { } member)
            return "";
        if (TextOf(member) is not { } text)
            Complain($"member '{name}': found {Shown(member)}, expected a text of {min} to {max} characters");
        else if (text.Length < min || text.Length > max)
            Complain($"member '{name}' has {Counted.Text(text.Length, "character")}, allowed {min} to {max}");
        else if (Printable.Of(text) != text)
            Complain($"member '{name}': found {Shown(member)}, allowed is one line of visible characters");
        else
            return text;
        return "";
    }

    /// <summary>The same for a member that may be left out.</summary>
    public string? OptionalText(string name, int min, int max)
    {
        if (_members.ContainsKey(name))
            return Text(name, min, max);
        _asked.Add(name);
        return null;
    }

    public double Number(string name, double min, double max)
    {
        var bounds = string.Create(CultureInfo.InvariantCulture, $"{min} to {max}");
        if (Ask(name, $"a number from {bounds}") is not { } member)
            return min;
        if (member.ValueKind != JsonValueKind.Number || !member.TryGetDouble(out var number))
            Complain($"member '{name}': found {Shown(member)}, expected a number from {bounds}");
        else if (!(number >= min && number <= max))
            Complain($"member '{name}': {Shown(member)} is out of range, allowed {bounds}");
        else
            return number;
        return min;
    }

    public T Choice<T>(string name, params IReadOnlyList<(string Word, T Value)> choices)
    {
        var words = string.Join(", ", choices.Select(c => c.Word));
        if (Ask(name, $"one of {words}") is not { } member)
            return choices[0].Value;
        var text = TextOf(member);
        foreach (var (word, value) in choices)
        {
            if (word == text)
                return value;
        }

        Complain($"member '{name}': found {Shown(member)}, allowed: {words}");
        return choices[0].Value;
    }

    /// <returns>The problem of the request; null when there is none.</returns>
    public string? Problem() =>
        _problem ?? _members.Keys.Where(name => !_asked.Contains(name))
            .Select(name => $"unknown member '{Shown(name)}'; known here: {string.Join(", ", _asked)}").FirstOrDefault();

    private void Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            Complain($"the request is no JSON object: found {Shown(root)}");
            return;
        }

        foreach (var member in root.EnumerateObject())
        {
            if (!_members.TryAdd(member.Name, member.Value))
                Complain($"member '{Shown(member.Name)}' comes twice");
        }
    }

    private JsonElement? Ask(string name, string expected)
    {
        _asked.Add(name);
        if (_members.TryGetValue(name, out var member))
            return member;
        Complain($"member '{name}' is missing, expected {expected}");
        return null;
    }

    private void Complain(string text) => _problem ??= text;

    private static string? TextOf(JsonElement member)
    {
        try
        {
            return member.ValueKind == JsonValueKind.String ? member.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half a character: \uD800 without its other half.
            return null;
        }
    }

    private static string Shown(JsonElement value) => Shown(value.GetRawText());

    /// <summary>Foreign text for a message: short, and without characters that a terminal would take for a command.</summary>
    public static string Shown(string text) => Printable.Of(text.Length > ShownLength ? text[..ShownLength] + "..." : text);
}
