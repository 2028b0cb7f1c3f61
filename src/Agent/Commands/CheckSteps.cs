using Agent.Domain;
using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Commands;

/// <summary>What a person can do next about what a check found: each text once, with the names of all that ask for it.</summary>
internal static class CheckSteps
{
    public static IReadOnlyList<string> Of(IReadOnlyList<Observation> seen, HostLayout layout, Language language) =>
    [
        .. Each(seen.Where(o => o.NextStep is not null), o => o.NextStep!, o => o.Probe),
        .. Each(seen.Where(o => o.Fault is not null), o => ToDo(o, layout, language), o => o.Fault!),
    ];

    private static IEnumerable<string> Each(IEnumerable<Observation> seen, Func<Observation, string> step, Func<Observation, string> name) =>
        seen.GroupBy(step, name, StringComparer.Ordinal).Select(g => $"{string.Join(", ", g.Distinct(StringComparer.Ordinal))}: {g.Key}");

    private static string ToDo(Observation seen, HostLayout layout, Language language) =>
        Placeholders.Fill(FaultCatalog.Default[seen.Fault!].PersonShould.In(language), seen.Subject, layout.KnownOf(seen));
}
