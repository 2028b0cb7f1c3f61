using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Domain.Incidents;

/// <summary>An event in the life of an incident. Events are appended to the journal, and an incident is the fold of its events.</summary>
public abstract record IncidentEvent(DateTimeOffset At);

/// <summary>A fault was seen that no open incident explains.</summary>
public sealed record Suspected(DateTimeOffset At, string Fault, Subject Subject, string Probe, string Summary, IReadOnlyList<string> Evidence,
    string? Identity = null)
    : IncidentEvent(At)
{
    /// <inheritdoc cref="Incident.Known"/>
    public IReadOnlyDictionary<string, string>? Known { get; init; }
}

/// <summary>The same fault was seen again before it was believed.</summary>
public sealed record SeenAgain(DateTimeOffset At, string Summary) : IncidentEvent(At);

/// <summary>Another fault that this one explains, or that belongs to the same episode.</summary>
public sealed record EchoSeen(DateTimeOffset At, string Fault, Subject Subject, string Summary) : IncidentEvent(At);

/// <summary>A fault was seen that explains this incident. From now on the incident goes by that name.</summary>
public sealed record CauseFound(DateTimeOffset At, string Fault, Subject Subject, string Probe, string Summary, IReadOnlyList<string> Evidence,
    string? Identity = null)
    : IncidentEvent(At)
{
    /// <inheritdoc cref="Incident.Known"/>
    public IReadOnlyDictionary<string, string>? Known { get; init; }
}

public sealed record Confirmed(DateTimeOffset At, string Reason) : IncidentEvent(At);

/// <summary>The suspicion went away before it was believed.</summary>
public sealed record Dismissed(DateTimeOffset At, string Reason) : IncidentEvent(At);

/// <summary>A recovery was decided: its steps, what it touches, and why.</summary>
public sealed record RecoveryPlanned(DateTimeOffset At, Rung Rung, IReadOnlyList<Step> Steps, string Reason, string BlastRadius) : IncidentEvent(At);

/// <summary>Written before the step is begun.</summary>
public sealed record StepStarted(DateTimeOffset At, Step Step) : IncidentEvent(At);

public sealed record StepEnded(DateTimeOffset At, Step Step, bool Succeeded, string Detail) : IncidentEvent(At)
{
    /// <summary>The remedy refused to begin, for a reason that passes. No budget counts this as an attempt.</summary>
    public bool NotBegun { get; init; }
}

public sealed record RecoveryEnded(DateTimeOffset At, bool Succeeded, string Reason) : IncidentEvent(At)
{
    /// <summary>The step that mends could not be begun. It is not tried again before the missing thing is there. This is no attempt of its rung.</summary>
    public bool NotBegun { get; init; }
}

/// <summary>The agent stopped while a recovery was under way, and its next start found this.</summary>
public sealed record Interrupted(DateTimeOffset At, string Reason) : IncidentEvent(At);

/// <summary>The recovery ended well, but the host did not stay well.</summary>
public sealed record VerificationFailed(DateTimeOffset At, string Reason) : IncidentEvent(At);

public sealed record RungRaised(DateTimeOffset At, Rung From, Rung To, string Reason) : IncidentEvent(At);

/// <summary>An act was due and was not done. It is recorded when the reason changes.</summary>
public sealed record HeldBack(DateTimeOffset At, string Reason) : IncidentEvent(At);

/// <summary>Evidence lies in a bundle.</summary>
public sealed record EvidenceSecured(DateTimeOffset At, string Bundle, bool Full) : IncidentEvent(At);

/// <summary>An operator acted on the subject. Later changes of the subject may be that person's work.</summary>
/// <param name="By">The operator, as the kernel tells it.</param>
/// <param name="What">The request, for example <c>restart of engine deepseek</c>.</param>
public sealed record PersonActed(DateTimeOffset At, string By, string What) : IncidentEvent(At);

public sealed record HandedOver(DateTimeOffset At, string Reason) : IncidentEvent(At);

/// <param name="By">The one who ended it. Null: an older agent wrote it, see <see cref="Incident.MendedBy"/>.</param>
public sealed record Resolved(DateTimeOffset At, string Reason, Mender? By = null) : IncidentEvent(At);
