using Agent.Domain.Observations;
using Agent.Domain.Recovery;
using Agent.Probes;

namespace Agent.Supervision;

/// <summary>What the loop sets off beside its own state: nothing here may block it.</summary>
internal sealed record LoopEffects
{
    /// <summary>Let the probes of a subject look now; every probe when it is null.</summary>
    public required Action<Subject?> LookNow { get; init; }

    public required Action<ProbeLook> Looked { get; init; }

    /// <summary>A verdict on an engine was news.</summary>
    public required Action<Observation> Judged { get; init; }

    /// <summary>Events were written; notices may wait in the outbox.</summary>
    public required Action<IReadOnlyList<IncidentChange>> Recorded { get; init; }
}
