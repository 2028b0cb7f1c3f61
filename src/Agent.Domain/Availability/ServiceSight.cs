using Agent.Domain.Observations;

namespace Agent.Domain.Availability;

/// <summary>The open incident that explains an outage.</summary>
public sealed record OutageIncident(string Id, string Fault, DateTimeOffset? ConfirmedAt);

/// <summary>What one look says of a subject's service.</summary>
/// <param name="At">When it was looked at.</param>
public sealed record ServiceSight(Subject Subject, DateTimeOffset At, ServiceState State, ServiceReason Why)
{
    /// <summary>Since when it has been down, where the signs prove more than the moment of the look.</summary>
    public DateTimeOffset? Begun { get; init; }

    public string? Run { get; init; }

    /// <summary>After this moment the run is known to have completed work.</summary>
    public DateTimeOffset? WorkedSince { get; init; }

    /// <summary>The last counters of the run.</summary>
    public RequestLoad? Load { get; init; }

    /// <summary>A maintenance window covers it.</summary>
    public bool IsCovered { get; init; }

    public OutageIncident? Incident { get; init; }

    /// <summary>It is not up yet, and nothing says that it failed.</summary>
    public bool IsBeforeService => Why is ServiceReason.Starting or ServiceReason.NotRunning;
}
