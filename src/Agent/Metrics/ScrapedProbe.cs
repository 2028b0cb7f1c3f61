using Agent.Domain.Observations;
using Agent.Probes;

namespace Agent.Metrics;

/// <summary>A probe that looks.</summary>
/// <param name="Holds">How long its word is taken for the present state.</param>
internal sealed record ScrapedProbe(string Name, Subject Subject, TimeSpan Holds)
{
    public static ScrapedProbe Of(ScheduledProbe probe) => new(probe.Probe.Name, probe.Probe.Subject, probe.ValidFor(TimeSpan.Zero));
}
