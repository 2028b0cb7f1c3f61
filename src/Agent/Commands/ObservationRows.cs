using Agent.Domain;
using Agent.Domain.Observations;
using Agent.Reports;
using Agent.Screens;

namespace Agent.Commands;

/// <summary>
/// Observations as rows of a table: one for each probe and subject. A chip has one row, because many probes
/// look at it. A stale observation says nothing about the present. It is marked as stale, with its age.
/// </summary>
internal static class ObservationRows
{
    public static IReadOnlyList<string> Header(Language language) =>
        language == Language.Chinese ? ["", "探针", "对象", "结果"] : ["", "PROBE", "SUBJECT", "WHAT WAS SEEN"];

    public static IEnumerable<IReadOnlyList<string>> Of(IEnumerable<ObservationDocument> seen, Language language)
    {
        List<ObservationDocument> chips = [];
        foreach (var one in seen)
        {
            if (Subject.TryParse(one.Subject, out var subject) && subject.Kind == SubjectKind.Chip)
                chips.Add(one);
            else
                yield return [Mark(one), one.Probe, one.Subject, Text(one, language)];
        }

        foreach (var chip in chips.GroupBy(o => o.Subject, StringComparer.Ordinal).OrderBy(c => Order(c.Key)))
            yield return OfChip(chip.Key, [.. chip.OrderByDescending(Weight)], language);
    }

    /// <summary>Chips sort by their numbers: 2/0 stands before 10/0.</summary>
    private static long Order(string chip)
    {
        var (card, number) = Subject.TryParse(chip, out var subject) ? subject.CardAndChip() : default;
        return ((long)card << 32) + number;
    }

    /// <summary>The worst observation stands first. A probe is named if its observation is not well.</summary>
    private static IReadOnlyList<string> OfChip(string chip, IReadOnlyList<ObservationDocument> seen, Language language)
    {
        var unwell = seen.Where(o => Weight(o) > 0).Select(o => o.Probe).ToList();
        var count = seen.Count == 1 ? seen[0].Probe : language == Language.Chinese ? $"{seen.Count} 个探针" : Counted.Text(seen.Count, "probe");
        return
        [
            Mark(seen[0]),
            unwell.Count == 0 ? count : string.Join(", ", unwell),
            chip,
            string.Join("; ", seen.Select(o => Text(o, language))),
        ];
    }

    private static int Weight(ObservationDocument seen) => seen switch
    {
        { Stale: true } => 1,
        { Verdict: "healthy" } => 0,
        { Verdict: "faulty" } => 3,
        _ => 2,
    };

    private static string Mark(ObservationDocument seen) => Weight(seen) switch
    {
        0 => Terminal.Mark(Verdict.Healthy),
        1 => Terminal.Yellow(ObservationDocument.StaleWord),
        2 => Terminal.Mark(Verdict.CouldNotLook),
        _ => Terminal.Mark(Verdict.Faulty),
    };

    private static string Text(ObservationDocument seen, Language language)
    {
        if (!seen.Stale)
            return seen.Summary;
        var age = Durations.Text(TimeSpan.FromSeconds(seen.AgeSeconds));
        return $"{seen.Summary} ({Terminal.Yellow(language == Language.Chinese ? $"已过期，{age} 前所见" : $"stale, seen {age} ago")})";
    }
}
