using Agent.Domain.Incidents;

namespace Agent.Domain.Recovery;

/// <summary>
/// Ends incidents whose number now belongs to another device. After a reset or a reboot the driver may
/// number chips anew. Then the health of one chip must not end or continue the history of another.
/// </summary>
internal static class IdentityPass
{
    public static void Run(PlanDraft draft)
    {
        foreach (var incident in draft.Open.Where(i => i.Identity is not null))
        {
            var now = draft.Picture.Fresh(draft.Now)
                .FirstOrDefault(o => o.Subject == incident.Subject && o.Identity is not null && o.At > incident.LastSeenAt)?.Identity;
            if (now is null || now == incident.Identity)
                continue;
            var reason = $"{incident.Subject} was {incident.Identity} and is {now} now: another chip has its number";
            if (incident.State == IncidentState.Suspected)
                draft.Change(incident, new Dismissed(draft.Now, reason));
            else if (incident.State is IncidentState.Confirmed or IncidentState.HandedOver)
                draft.Change(incident, new Resolved(draft.Now, reason, Mender.Itself));
        }
    }
}
