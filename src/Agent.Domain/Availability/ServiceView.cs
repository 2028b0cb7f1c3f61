using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Domain.Availability;

/// <summary>All that the ledger looks at, at one moment.</summary>
public sealed record ServiceView(
    HostPicture Picture,
    IReadOnlyList<Incident> Incidents,
    HostLayout Layout,
    IReadOnlyList<Maintenance> Maintenances,
    FaultCatalog Faults,
    DateTimeOffset Now)
{
    /// <param name="engine">The engine.</param>
    /// <param name="lasts">How long a verdict holds.</param>
    /// <returns>Null: nothing is told yet.</returns>
    public ServiceSight? Of(Subject engine, TimeSpan lasts) => EngineService.Of(engine, Picture.Engine(engine), lasts, Now) switch
    {
        { State: ServiceState.Down } down => down with
        {
            IsCovered = Maintenances.Any(m => m.Covers(engine, Now)),
            Incident = OutageIncidents.Of(engine, Incidents, Layout, Faults),
        },
        var sight => sight,
    };

    /// <param name="chip">The chip.</param>
    /// <param name="probe">The probe that looks at its health.</param>
    public ServiceSight OfChip(Subject chip, string probe) =>
        ChipService.Of(chip, Picture.Find(probe, chip), Incidents, Faults, Now) with { IsCovered = Maintenances.Any(m => m.Covers(chip, Now)) };
}
