using System.Text;
using Agent.Domain.Incidents;

namespace Agent.Domain.Recovery;

/// <summary>One event that the policy decided on for one incident.</summary>
public sealed record IncidentChange(string IncidentId, IncidentEvent Event);

/// <summary>
/// The decisions of one moment: the changes of incidents, at most one recovery to run, and everything that
/// was held back, with the reason. A plan is data: it can be printed and compared before anything is done.
/// </summary>
public sealed record Plan(IReadOnlyList<IncidentChange> Changes, IReadOnlyList<(string IncidentId, string Reason)> HeldBack)
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

    /// <summary>The plan as lines for people.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        if (Recovery is { } start)
        {
            text.Append("incident ").Append(start.IncidentId).Append(", rung ").Append(Words.Of(start.Recovery.Rung));
            text.Append(": ").AppendLine(start.Recovery.Reason);
            text.Append("  touches ").AppendLine(start.Recovery.BlastRadius);
            foreach (var step in start.Recovery.Steps)
                text.Append("  ").AppendLine(step.ToString());
        }

        foreach (var (id, reason) in HeldBack)
            text.Append("incident ").Append(id).Append(" held back: ").AppendLine(reason);
        return text.ToString();
    }
}
