using System.Globalization;

namespace Agent.Simulator.Control;

/// <summary>Flags with a value. An unknown flag is an error: a test with a mistyped flag must not pass by luck.</summary>
internal sealed class Flags
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public Flags(string[] arguments, params string[] known)
    {
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (!known.Contains(arguments[i]))
                throw new WorldException($"'{arguments[i]}' is not understood here; allowed: {string.Join(", ", known)}, --world");
            if (i + 1 >= arguments.Length)
                throw new WorldException($"{arguments[i]} needs a value");
            _values[arguments[i]] = arguments[i + 1];
        }
    }

    public bool Json => Choice("--output", "text", "text", "json") == "json";

    public string Choice(string flag, string otherwise, params string[] allowed)
    {
        var found = _values.GetValueOrDefault(flag, otherwise);
        return allowed.Contains(found) ? found : throw new WorldException($"{flag}: found '{found}', allowed: {string.Join(", ", allowed)}");
    }

    public double? Number(string flag, double least, double most)
    {
        if (!_values.TryGetValue(flag, out var text))
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new WorldException(string.Create(CultureInfo.InvariantCulture, $"{flag}: found '{text}', allowed {least} to {most}"));
    }

    public string? Text(string flag) => _values.GetValueOrDefault(flag);

    public int? Whole(string flag, int least, int most) =>
        Number(flag, least, most) is not { } value ? null : value == Math.Floor(value) ? (int)value
            : throw new WorldException($"{flag}: found '{_values[flag]}', allowed are whole numbers");
}
