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
        var parts = Id.Split('/');
        if (Kind != SubjectKind.Chip || parts.Length != 2)
            throw new InvalidOperationException($"{this} is no chip");
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    public static bool TryParse(string text, out Subject subject)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var id = colon < 0 ? "" : text[(colon + 1)..];
        (var known, subject) = (colon < 0 ? text : text[..colon]) switch
        {
            "host" when colon < 0 => (true, Host),
            "driver" when colon < 0 => (true, Driver),
            "chip" when id.Contains('/', StringComparison.Ordinal) => (true, new Subject(SubjectKind.Chip, id)),
            "engine" when id.Length > 0 => (true, Engine(id)),
            _ => (false, default),
        };
        return known;
    }

    public override string ToString() => Kind switch
    {
        SubjectKind.Host => "host",
        SubjectKind.Driver => "driver",
        SubjectKind.Chip => "chip:" + Id,
        _ => "engine:" + Id,
    };
}
