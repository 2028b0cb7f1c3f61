using Agent.Domain.Faults;
using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>
/// Tells who mended a fault that went away without a verified recovery of its own. The newest act counts: an operator's act, or the agent's recovery
/// of another incident that reached the same subject. A handed-over fault counts as a person's work, unless such a recovery of the agent is known.
/// </summary>
internal static class MenderPass
{
    public static Resolved End(PlanDraft draft, Incident incident, Fault fault)
    {
        if (HelpOf(draft, incident, fault) is { } other && !(incident.HandAt > other.StateSince))
            return new Resolved(draft.Now, $"mended by the recovery of incident {other.Id}", Mender.Agent);
        if (incident.HandAt is not null || incident.State == IncidentState.HandedOver)
            return new Resolved(draft.Now, "mended by a person", Mender.Person);
        return new Resolved(draft.Now, "went away by itself", Mender.Itself);
    }

    /// <summary>
    /// Another incident whose recovery reached this one's subject and ended well after this one had entered its state. An incident that ended
    /// entered its state at its end.
    /// </summary>
    private static Incident? HelpOf(PlanDraft draft, Incident incident, Fault fault) => fault.StartsAt == Rung.Note ? null : draft.All.FirstOrDefault(o =>
        o.Id != incident.Id
        && o is { State: IncidentState.Verifying } or { State: IncidentState.Resolved, MendedBy: Mender.Agent }
        && o.Attempts.Count > 0
        && o.StateSince >= incident.StateSince
        && o.Touched.Any(t => Reaches(draft.Layout, t, incident.Subject)));

    private static bool Reaches(HostLayout layout, Subject touched, Subject subject) =>
        touched == subject
        || (subject.Kind == SubjectKind.Chip && touched.Kind == SubjectKind.Driver)
        || (subject.Kind == SubjectKind.Chip && touched.Kind == SubjectKind.Chip && layout.ResetGroup(touched).Contains(subject));
}
