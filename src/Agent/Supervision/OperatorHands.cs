using Agent.Domain.Incidents;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Supervision;

/// <summary>
/// What an operator does is in the history of the incidents that it may mend, so that nobody takes a person's work for the agent's or for
/// luck. Who opens a maintenance window is going to work there; over a recovery that runs or is being proven it takes nothing away.
/// </summary>
internal static class OperatorHands
{
    public static IReadOnlyList<IncidentChange> Of(OperatorCommand command, IEnumerable<Incident> incidents, DateTimeOffset now)
    {
        var subject = command switch
        {
            ChangeEngine change => Subject.Engine(change.Engine),
            SetMaintenance window => window.Subject,
            _ => (Subject?)null,
        };
        return subject is not { } touched ? [] :
        [
            .. incidents
                .Where(i => i.IsOpen && (command is ChangeEngine || i.State is not (IncidentState.Recovering or IncidentState.Verifying)))
                .Where(i => touched == Subject.Host || i.Subject == touched || i.Touched.Contains(touched))
                .Select(i => new IncidentChange(i.Id, new PersonActed(now, command.By, command.What))),
        ];
    }
}
