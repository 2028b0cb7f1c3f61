using System.Text.RegularExpressions;
using Agent.Adapters;
using Agent.Configuration.Yaml;
using Agent.Domain.Observations;

namespace Agent.Configuration.Host;

/// <summary>
/// Chips as the configuration names them: CARD/CHIP as npu-smi numbers them, and after an @ the bus id, which says which
/// device is meant whatever its number.
/// </summary>
internal static class ChipNumbers
{
    private static readonly Regex Port = RarePattern.Of(@"^[0-9]{1,3}/[0-9]{1,3}$");
    private static readonly Regex Form = RarePattern.Of(@"^([0-9]{1,9})/([0-9]{1,3})(?:@([0-9A-Fa-f]{4}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}\.[0-9A-Fa-f]))?$");

    public static IReadOnlyDictionary<Subject, string?> Read(YamlSection section, string key)
    {
        OrderedDictionary<Subject, string?> chips = [];
        foreach (var text in section.List(key) ?? [])
        {
            var match = Form.Match(text);
            if (!match.Success)
                section.Complain(key, $"found '{text}', expected CARD/CHIP as npu-smi numbers them, for example 0/0 or 0/0@0000:C1:00.0");
            else if (!chips.TryAdd(Subject.Chip(int.Parse(match.Groups[1].ValueSpan), int.Parse(match.Groups[2].ValueSpan)),
                match.Groups[3].Success ? match.Groups[3].Value.ToUpperInvariant() : null))
                section.Complain(key, "names a chip twice");
        }

        return chips;
    }

    /// <summary>Ports of a chip with several, as DIE/PORT; null when none are named.</summary>
    public static IReadOnlyList<string>? Ports(YamlSection section, string key)
    {
        if (section.List(key) is not { Count: > 0 } ports)
            return null;
        foreach (var port in ports.Where(p => !Port.IsMatch(p)))
            section.Complain(key, $"found '{port}', expected DIE/PORT, for example 0/4");
        return ports;
    }

    /// <summary>Bus ids by CARD/CHIP, of the chips that have one.</summary>
    public static IReadOnlyDictionary<string, string> BusIds(IEnumerable<KeyValuePair<Subject, string?>> chips) =>
        chips.Where(c => c.Value is not null).ToDictionary(c => c.Key.Id, c => c.Value!, StringComparer.Ordinal);
}
