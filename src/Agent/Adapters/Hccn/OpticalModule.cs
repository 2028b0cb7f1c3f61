using System.Globalization;
using System.Text.RegularExpressions;

namespace Agent.Adapters.Hccn;

/// <summary><c>-optical</c>: the module in a port, each list by lane. A lane with the figure "not supported" is left out.</summary>
/// <param name="Present">Null when the answer does not say it.</param>
internal sealed record OpticalModule(
    bool? Present,
    double? TemperatureCelsius,
    double? VoltageMillivolts,
    IReadOnlyList<double> SentMilliwatts,
    IReadOnlyList<double> ReceivedMilliwatts,
    IReadOnlyList<double> BiasMilliamps,
    IReadOnlyList<double> SignalToNoiseDecibels)
{
    private static readonly Regex Figure = RarePattern.OfLine(@"^-?[0-9]{1,9}(\.[0-9]{1,9})?(?= |$)");

    /// <summary>Raised flags (loss of signal, loss of lock): the name of each, with its lanes as bits.</summary>
    public IReadOnlyDictionary<string, int> RaisedFlags { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Figures of light without a known unit or form: they cannot be judged.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>The limits that the maker of the module set, by the name in the output.</summary>
    public IReadOnlyDictionary<string, double> MakersLimits { get; init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    public static OpticalModule? Of(HccnText text)
    {
        if (!text.Values.Any(v => v.Key is "present" || OpticalPower.IsOne(v.Key)) && OpticalPower.Table(text) is null)
            return null;
        bool? present = text.Text("present")?.ToUpperInvariant() switch
        {
            "PRESENT" => true,
            "NOT PRESENT" => false,
            _ => null,
        };
        var powers = text.Values.Where(v => OpticalPower.IsOne(v.Key)).Select(v => OpticalPower.Of(v.Key, v.Value)).OfType<OpticalPower>().ToList();
        var limits = text.Values.Where(v => v.Key.EndsWith("Thres", StringComparison.Ordinal) && Number(v.Value) is not null);
        return new OpticalModule(present, Number(text.Text("temperature")), Number(text.Text("Vcc")), Light("Tx"), Light("Rx"), Lanes("Tx Bias"),
            Lanes("Media SNR Lane"))
        {
            Unreadable = [.. powers.Where(p => p.Milliwatts is null).Select(p => p.Text), .. OpticalPower.Table(text) is { } table ? [table]
                : Array.Empty<string>()],
            RaisedFlags = Flags().Where(f => f.Bits != 0).ToDictionary(f => f.Name, f => f.Bits, StringComparer.Ordinal),
            MakersLimits = limits.DistinctBy(v => v.Key).ToDictionary(v => v.Key, v => Number(v.Value)!.Value, StringComparer.Ordinal),
        };

        List<double> Light(string side) => [.. powers.Where(p => p.Side == side).Select(p => p.Milliwatts).OfType<double>()];

        List<double> Lanes(string name) =>
            [.. text.Values.Where(v => v.Key.StartsWith(name, StringComparison.Ordinal) && v.Key.AsSpan(name.Length).Trim("0123456789").IsEmpty)
                .Select(v => Number(v.Value)).OfType<double>()];

        IEnumerable<(string Name, int Bits)> Flags() =>
            from value in text.Values.DistinctBy(v => v.Key)
            where value.Key.EndsWith(" Flag", StringComparison.Ordinal) && value.Value.StartsWith("0x", StringComparison.Ordinal)
            select (value.Key[..^" Flag".Length],
                int.TryParse(value.Value.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) ? bits : 0);
    }

    /// <summary>The number in front of a unit.</summary>
    private static double? Number(string? text) =>
        text is not null && Figure.Match(text) is { Success: true } figure
            && double.TryParse(figure.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
