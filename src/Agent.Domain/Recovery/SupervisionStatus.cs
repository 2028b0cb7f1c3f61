using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>The knowledge of the supervision loop at one moment, immutable. Status, page and reports are made from it.</summary>
public sealed record SupervisionStatus(
    DateTimeOffset At,
    HostPicture Picture,
    IReadOnlyList<Incident> Incidents,
    Budgets Budgets,
    RecoverySettings Settings,
    Plan LastPlan);
