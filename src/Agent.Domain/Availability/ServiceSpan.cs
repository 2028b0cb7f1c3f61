using Agent.Domain.Observations;

namespace Agent.Domain.Availability;

/// <summary>Requests of an engine at one moment, by its own counters.</summary>
public sealed record RequestLoad(double Running, double Waiting);

/// <summary>What an outage took besides its time.</summary>
/// <param name="AtBegin">The requests that ran and waited when it began; null: the engine's counters were not seen.</param>
/// <param name="AbortedByAgent">Those of them that a step of the agent ended. The others were lost with the engine.</param>
/// <param name="TokensPerSecond">What the engine usually generates under that load; null: nothing was learned.</param>
public sealed record LostWork(RequestLoad? AtBegin, double AbortedByAgent = 0, double? TokensPerSecond = null);

/// <summary>A time in which a subject was in one state. Times are by the agent's clock.</summary>
/// <param name="To">The end; of the span that goes on, the moment up to which it is known.</param>
public sealed record ServiceSpan(Subject Subject, ServiceState State, DateTimeOffset From, DateTimeOffset To, ServiceReason Why)
{
    /// <summary>Counts the spans of one subject. After a clock was wrong, this is the order and not the time.</summary>
    public int Number { get; init; }

    /// <summary>The boot whose clock gave the times.</summary>
    public string Boot { get; init; } = "";

    /// <summary>The run of the engine, by which an agent that comes later knows it again.</summary>
    public string? Run { get; init; }

    /// <summary>The incident that the outage belongs to, and its fault by the newest name.</summary>
    public string? Incident { get; init; }

    public string? Fault { get; init; }

    /// <summary>When that incident was confirmed.</summary>
    public DateTimeOffset? DetectedAt { get; init; }

    /// <summary>Only of an outage.</summary>
    public LostWork? Lost { get; init; }

    public TimeSpan Length => To - From;

    /// <summary>Lost seconds times the speed that was learned; null where none was.</summary>
    public double? TokensNotServed => State == ServiceState.Down && Lost?.TokensPerSecond is { } speed ? Length.TotalSeconds * speed : null;

    /// <summary>The same with times of another clock.</summary>
    public ServiceSpan Moved(TimeSpan by) => by == TimeSpan.Zero ? this : this with { From = From + by, To = To + by, DetectedAt = DetectedAt + by };
}
