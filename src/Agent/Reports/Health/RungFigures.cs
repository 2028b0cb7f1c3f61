using Agent.Domain;
using Agent.Domain.Incidents;
using Agent.Domain.Recovery;
using Agent.Storage;

namespace Agent.Reports.Health;

/// <summary>How often a rung of the ladder was tried, and what came of it.</summary>
/// <param name="Recovered">It was the last rung of an incident that the agent recovered.</param>
/// <param name="UnderWay">It is the last rung of an incident that is recovered now.</param>
internal sealed record RungFigures(string Rung, int Tried, int Recovered, int UnderWay)
{
    public static IReadOnlyList<RungFigures> Of(IEnumerable<IncidentHistory> incidents) =>
    [
        .. from attempt in incidents.SelectMany(h => h.Incident.Attempts.Select((rung, i) => (rung, IsLast: i == h.Incident.Attempts.Count - 1, h.Incident)))
           group attempt by attempt.rung into tries
           orderby tries.Key
           select new RungFigures(
               Words.Of(tries.Key),
               tries.Count(),
               tries.Count(t => t.IsLast && t.Incident.MendedBy == Mender.Agent),
               tries.Count(t => t.IsLast && t.Incident.State is IncidentState.Recovering or IncidentState.Verifying or IncidentState.Interrupted)),
    ];

    public static LocalText Text(string rung) => Words.Parse<Rung>(rung) switch
    {
        Domain.Recovery.Rung.Engine => new("restart of the engine", "重启引擎"),
        Domain.Recovery.Rung.Orphans => new("clearing of leftovers", "清理残留进程"),
        Domain.Recovery.Rung.Chip => new("reset of the chip", "复位芯片"),
        Domain.Recovery.Rung.Driver => new("restart of the driver", "重启驱动"),
        _ => new(rung, rung),
    };
}
