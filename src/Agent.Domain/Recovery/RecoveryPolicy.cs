using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>
/// The heart of the agent: it decides what to do about the picture. It is pure: the same input gives the same plan, and it uses no
/// clock, no I/O and no log. It works in passes, each in a file of its own. Incidents of a device that has another number now are ended
/// (<see cref="IdentityPass"/>). Faults in view become suspicions, echoes or causes (<see cref="SeeingPass"/>). Incidents are confirmed,
/// dismissed, verified and resolved (<see cref="SettlingPass"/>). At most one recovery is planned (<see cref="RecoveringPass"/>).
/// </summary>
public static class RecoveryPolicy
{
    /// <param name="picture">The present observations.</param>
    /// <param name="incidents">Open incidents, and those dismissed within the flap window.</param>
    /// <param name="budgets">Attempts allowed and used.</param>
    /// <param name="settings">The decisions of operators.</param>
    /// <param name="now">The present time.</param>
    public static Plan Decide(HostPicture picture, IReadOnlyList<Incident> incidents, Budgets budgets, RecoverySettings settings, DateTimeOffset now)
    {
        var decision = new PlanDraft(picture, incidents, budgets, settings, now);
        IdentityPass.Run(decision);
        SeeingPass.Run(decision);
        SettlingPass.Run(decision);
        RecoveringPass.Run(decision);
        return decision.ToPlan();
    }
}
