using Agent.Domain.Incidents;
using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>All that the supervision loop knew at one moment, immutable: what status, page and reports are made of.</summary>
public sealed record SupervisionStatus(
    DateTimeOffset At,
    HostPicture Picture,
    IReadOnlyList<Incident> Incidents,
    Budgets Budgets,
    RecoverySettings Settings,
    Plan LastPlan);
