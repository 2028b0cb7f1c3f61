using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Engines;

namespace Agent.Supervision;

/// <summary>
/// What the open incidents ask of the log of each engine. An incident needs the lines since shortly before it was suspected. A note recovers nothing
/// and may stay open for weeks, so it needs none.
/// </summary>
internal static class LogHolds
{
    public static void Set(IReadOnlyList<SupervisedEngine> engines, IReadOnlyList<Incident> incidents, FaultCatalog faults, TimeSpan clockSetBy)
    {
        List<Incident> open = [.. incidents.Where(i => i.IsOpen)];
        List<Incident> needing = [.. open.Where(i => faults.Find(i.Fault) is not { StartsAt: Rung.Note })];
        // Files are stamped by the host's clock: before it was set as after.
        var earlier = clockSetBy < TimeSpan.Zero ? clockSetBy : TimeSpan.Zero;
        foreach (var engine in engines)
        {
            var subject = engine.Settings.Subject;
            engine.Handle.LogHold.Set(needing.Where(i => Concerns(i, subject)).Select(i => (DateTimeOffset?)i.SuspectedAt).Min() + earlier,
                isFloodTold: open.Exists(i => i.Subject == subject && i.Fault == FaultCodes.EngineLogFlood));
        }
    }

    // What a chip or the driver suffers may be told by any engine's log.
    private static bool Concerns(Incident incident, Subject engine) =>
        incident.Subject.Kind != SubjectKind.Engine || incident.Subject == engine || incident.Touched.Contains(engine);
}
