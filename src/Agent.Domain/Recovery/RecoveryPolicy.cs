using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>
/// The heart of the agent: what is to be done about what is seen. Pure: the same input gives the same plan, no clock, no
/// I/O, no log. It works in passes, each in a file of its own: incidents of a device that has another number now are ended
/// (<see cref="IdentityPass"/>); faults in view become suspicions, echoes or causes
/// (<see cref="SeeingPass"/>); incidents are confirmed, dismissed, verified and resolved (<see cref="SettlingPass"/>); at
/// most one recovery is planned (<see cref="RecoveringPass"/>).
/// </summary>
public static class RecoveryPolicy
{
    /// <param name="picture">What is seen.</param>
    /// <param name="incidents">Open incidents, and those dismissed within the flap window.</param>
    /// <param name="budgets">Attempts allowed and used.</param>
    /// <param name="settings">What operators decided.</param>
    /// <param name="now">The present time.</param>
    public static Plan Decide(HostPicture picture, IReadOnlyList<Incident> incidents, Budgets budgets, RecoverySettings settings, DateTimeOffset now)
    {
        var decision = new Decision(picture, incidents, budgets, settings, now);
        IdentityPass.Run(decision);
        SeeingPass.Run(decision);
        SettlingPass.Run(decision);
        RecoveringPass.Run(decision);
        return decision.ToPlan();
    }
}
