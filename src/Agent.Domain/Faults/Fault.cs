using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Domain.Faults;

/// <summary>One row of the fault catalogue: everything the agent knows about one thing that can be wrong.</summary>
public sealed record Fault
{
    /// <summary>Kebab-case, never reused for another meaning.</summary>
    public required string Code { get; init; }

    /// <summary>The kind of subject that can have it.</summary>
    public required SubjectKind On { get; init; }

    public required Severity Severity { get; init; }

    /// <summary>The rung of the ladder at which recovery begins.</summary>
    public required Rung StartsAt { get; init; }

    /// <summary>
    /// The widest rung that may be tried before a person is asked. An engine that keeps failing on chips that look well must not reset eight chips.
    /// </summary>
    public required Rung Limit { get; init; }

    /// <summary>How long the fault must have been in view before it is believed.</summary>
    public required TimeSpan ConfirmAfter { get; init; }

    /// <summary>How often it must have been seen before it is believed.</summary>
    public int Sightings { get; init; } = 2;

    /// <summary>
    /// One sighting leaves no doubt, for example of a process that is gone. Only its cause may be open. It is believed
    /// as soon as every probe that could name a cause has looked, at the latest after <see cref="ConfirmAfter"/>.
    /// </summary>
    public bool IsCertain { get; init; }

    /// <summary>
    /// While it is in view its recovery cannot even begin. The recovery waits until the missing thing is there, and no attempt is counted.
    /// </summary>
    public bool WaitsWhileInView { get; init; }

    /// <summary>The number of recoveries of one incident that may be tried on its first rung. Wider rungs are tried once.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>
    /// The time after a recovery in which the same fault again is left to a person,
    /// because the recovery did not keep it away. Null: each time is a new one.
    /// </summary>
    public TimeSpan? OnceIn { get; init; }

    /// <summary>Codes that explain this one. While such a fault is known on a subject concerned, this one is its echo.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>The operator muted it.</summary>
    public bool Muted { get; init; }

    public required LocalText Title { get; init; }

    public required LocalText Meaning { get; init; }

    public required LocalText AgentDoes { get; init; }

    public required LocalText PersonShould { get; init; }
}
