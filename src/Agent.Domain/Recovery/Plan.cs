using Agent.Domain.Incidents;

namespace Agent.Domain.Recovery;

/// <summary>One event that the policy decided on for one incident.</summary>
public sealed record IncidentChange(string IncidentId, IncidentEvent Event);

/// <summary>
/// The decisions of one moment: the changes of incidents, and at most one recovery to run. What is held back is among the changes when its reason
/// is a new one. A plan is data: it can be compared before anything is done.
/// </summary>
public sealed record Plan(IReadOnlyList<IncidentChange> Changes)
{
    /// <summary>The recovery to run now, if any.</summary>
    public (string IncidentId, RecoveryPlanned Recovery)? Recovery
    {
        get
        {
            var change = Changes.FirstOrDefault(c => c.Event is RecoveryPlanned);
            return change is null ? null : (change.IncidentId, (RecoveryPlanned)change.Event);
        }
    }
}
