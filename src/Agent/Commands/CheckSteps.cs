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
        .. seen.Where(o => o.NextStep is not null).GroupBy(o => o.NextStep, o => o.Probe, StringComparer.Ordinal).Select(g => $"{string.Join(", ", g.Distinct(StringComparer.Ordinal))}: {g.Key}"),
        .. seen.Where(o => o.Fault is not null).GroupBy(o => ToDo(o, layout, language), o => o.Fault, StringComparer.Ordinal).Select(g => $"{string.Join(", ", g.Distinct(StringComparer.Ordinal))}: {g.Key}"),
    ];

    private static string ToDo(Observation seen, HostLayout layout, Language language) =>
        Placeholders.Fill(FaultCatalog.Default[seen.Fault!].PersonShould.In(language), seen.Subject, layout.KnownOf(seen));
}
