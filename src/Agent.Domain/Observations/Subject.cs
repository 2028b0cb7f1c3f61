using System.Globalization;

namespace Agent.Domain.Observations;

public enum SubjectKind
{
    Host,
    Driver,
    Chip,
    Engine,
}

/// <summary>
/// What was looked at. Text form, used in the journal, labels and JSON: <c>host</c>, <c>driver</c>, <c>chip:0/0</c>
/// (card/chip as npu-smi numbers them; card numbers are not dense), <c>engine:NAME</c>.
/// </summary>
public readonly record struct Subject(SubjectKind Kind, string Id)
{
    public static readonly Subject Host = new(SubjectKind.Host, "");

    public static readonly Subject Driver = new(SubjectKind.Driver, "");

    public static Subject Engine(string name) => new(SubjectKind.Engine, name);

    public static Subject Chip(int card, int chip) =>
        new(SubjectKind.Chip, string.Create(CultureInfo.InvariantCulture, $"{card}/{chip}"));

    /// <summary>Card and chip number of a chip subject.</summary>
    /// <exception cref="InvalidOperationException">The subject is no chip.</exception>
    public (int Card, int Chip) CardAndChip()
    {
        if (Kind != SubjectKind.Chip || !TryNumbers(Id, out var card, out var chip))
            throw new InvalidOperationException($"{this} is no chip");
        return (card, chip);
    }

    public static bool TryParse(string text, out Subject subject)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var id = colon < 0 ? "" : text[(colon + 1)..];
        (var known, subject) = (colon < 0 ? text : text[..colon]) switch
        {
            "host" when colon < 0 => (true, Host),
            "driver" when colon < 0 => (true, Driver),
            "chip" when TryNumbers(id, out var card, out var chip) => (true, Chip(card, chip)),
            "engine" when id.Length > 0 => (true, Engine(id)),
            _ => (false, default),
        };
        return known;
    }

    // One chip has one spelling: chip:0/0 and chip:00/0 would be two subjects with incidents of their own.
    private static bool TryNumbers(string id, out int card, out int chip)
    {
        (card, chip) = (0, 0);
        return id.Split('/') is [var first, var second] && TryNumber(first, out card) && TryNumber(second, out chip);
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && (text[0] != '0' || text.Length == 1);

    public override string ToString() => Kind switch
    {
        SubjectKind.Host => "host",
        SubjectKind.Driver => "driver",
        SubjectKind.Chip => "chip:" + Id,
        _ => "engine:" + Id,
    };
}
