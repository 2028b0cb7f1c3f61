using Agent.Domain.Faults;
using Agent.Domain.Observations;
using Agent.Domain.Recovery;

namespace Agent.Domain.Incidents;

/// <summary>One episode of a fault, from suspicion to its end. Immutable; see <see cref="IncidentState"/> for its life.</summary>
public sealed record Incident
{
    /// <summary>The id sorts by time and can be read as one: <c>20261124-101530-123</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Code of the fault that best explains the present view. It changes when a cause is found.</summary>
    public required string Fault { get; init; }

    public required Subject Subject { get; init; }

    /// <summary>The device that the subject was when it was seen (bus id of a chip). Null if it is not known.</summary>
    public string? Identity { get; init; }

    /// <summary>Values of <see cref="Placeholders"/> that the observer knew, besides those that the subject tells.</summary>
    public IReadOnlyDictionary<string, string>? Known { get; init; }

    public required IncidentState State { get; init; }

    public required DateTimeOffset SuspectedAt { get; init; }

    /// <summary>
    /// The time since it goes by its present name. The time until its confirmation counts from here. The episode began at <see cref="SuspectedAt"/>.
    /// </summary>
    public required DateTimeOffset NamedAt { get; init; }

    /// <summary>When the fault was last in view.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    public int Sightings { get; init; } = 1;

    public DateTimeOffset? ConfirmedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When the state was entered.</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>The probe that raised it. A healthy look of this probe clears it.</summary>
    public required string Probe { get; init; }

    /// <summary>The newest summary of the fault.</summary>
    public required string Summary { get; init; }

    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>Faults that belong to the episode besides its own: former names and echoes.</summary>
    public IReadOnlyList<(string Fault, Subject Subject)> Related { get; init; } = [];

    /// <summary>Names that the incident had before a cause was found.</summary>
    public IReadOnlyList<(string Fault, Subject Subject)> FormerNames { get; init; } = [];

    /// <summary>The rung that was reached so far. Null until a recovery was planned or a rung was refused, and again after a cause was found.</summary>
    public Rung? Rung { get; init; }

    /// <summary>Rungs of all recoveries begun, in order. A recovery that could not begin its main step does not count.</summary>
    public IReadOnlyList<Rung> Attempts { get; init; } = [];

    /// <summary>
    /// Rungs of recoveries that an agent began and did not finish because it ended during their reset or restart. Each recovery is listed once.
    /// Such a step is not done twice in one recovery, and nobody saw whether it was done at all. So the attempt does not count against the rung.
    /// </summary>
    public IReadOnlyList<Rung> CutShort { get; init; } = [];

    /// <summary>Steps of the recovery under way that have not ended, the running one first.</summary>
    public IReadOnlyList<Step> Remaining { get; init; } = [];

    /// <summary>Every subject that a recovery of this incident touched.</summary>
    public IReadOnlyList<Subject> Touched { get; init; } = [];

    /// <summary>The step under way. Null when none was begun, or it has ended.</summary>
    public Step? Running { get; init; }

    /// <summary>The last time when an operator acted on it. Null when that was before the agent's last recovery, or never.</summary>
    public DateTimeOffset? HandAt { get; init; }

    /// <summary>The one who ended it. Null while it is open, and for a suspicion that was dismissed.</summary>
    public Mender? MendedBy { get; init; }

    public string? HeldBackReason { get; init; }

    public IReadOnlyList<string> Bundles { get; init; } = [];

    /// <summary>The reason for its state, for people.</summary>
    public string Reason { get; init; } = "";

    public bool IsOpen => State is not (IncidentState.Resolved or IncidentState.Dismissed);

    public static Incident Open(string id, Suspected seen) => new()
    {
        Id = id,
        Fault = seen.Fault,
        Subject = seen.Subject,
        Identity = seen.Identity,
        Known = seen.Known,
        State = IncidentState.Suspected,
        SuspectedAt = seen.At,
        NamedAt = seen.At,
        LastSeenAt = seen.At,
        StateSince = seen.At,
        Probe = seen.Probe,
        Summary = seen.Summary,
        Evidence = seen.Evidence,
    };

    /// <summary>The incident after an event. An ended incident stays as it is: history does not change.</summary>
    public Incident Apply(IncidentEvent happened)
    {
        if (!IsOpen)
            return this;

        return happened switch
        {
            SeenAgain e => this with { Sightings = Sightings + 1, LastSeenAt = e.At, Summary = e.Summary },
            EchoSeen e => this with { Related = [.. Related, (e.Fault, e.Subject)] },
            CauseFound e => FoundCause(e),
            Confirmed e => Enter(IncidentState.Confirmed, e.At, e.Reason) with { ConfirmedAt = e.At },
            Dismissed e => Enter(IncidentState.Dismissed, e.At, e.Reason) with { EndedAt = e.At },
            RecoveryPlanned e => Enter(IncidentState.Recovering, e.At, e.Reason) with
            {
                // Going on after an interruption is the same attempt, not another one.
                Attempts = State == IncidentState.Interrupted && Attempts is [.., var last] && last == e.Rung ? Attempts : [.. Attempts, e.Rung],
                Rung = e.Rung,
                Remaining = e.Steps,
                Touched = [.. Touched.Concat(e.Steps.Select(s => s.Subject)).Distinct()],
                HeldBackReason = null,
                HandAt = null,
            },
            StepStarted e => this with { Running = e.Step },
            StepEnded e => this with { Running = null, Remaining = [.. Remaining.SkipWhile(s => s != e.Step).Skip(1)] },
            RecoveryEnded e => Enter(e.Succeeded ? IncidentState.Verifying : IncidentState.Confirmed, e.At, e.Reason) with
            {
                Running = null,
                Remaining = [],
                Attempts = e.NotBegun ? [.. Attempts.SkipLast(1)] : Attempts,
            },
            Interrupted e => Enter(IncidentState.Interrupted, e.At, e.Reason) with { CutShort = CutShortNow() },
            VerificationFailed e => Enter(IncidentState.Confirmed, e.At, e.Reason),
            RungRaised e => this with { Rung = e.To, Reason = e.Reason },
            HeldBack e => this with { HeldBackReason = e.Reason },
            PersonActed e => this with { HandAt = e.At },
            // An agent that was killed before it recorded the end of the step reports the bundle again.
            EvidenceSecured e => this with { Bundles = [.. Bundles.Append(e.Bundle).Distinct()] },
            HandedOver e => Enter(IncidentState.HandedOver, e.At, e.Reason) with { Rung = Recovery.Rung.HandOver, Remaining = [], Running = null },
            Resolved e => Enter(IncidentState.Resolved, e.At, e.Reason) with { EndedAt = e.At, MendedBy = e.By ?? MenderBefore(e.Reason) },
            _ => this,
        };
    }

    /// <summary>A text of the catalogue about this incident, with every value that is known here.</summary>
    public LocalText Fill(LocalText text) => new(Placeholders.Fill(text.English, Subject, Known), Placeholders.Fill(text.Chinese, Subject, Known));

    /// <summary>Older journals hold no mender as data. The reason alone tells it.</summary>
    private static Mender MenderBefore(string reason) =>
        reason.StartsWith("verified", StringComparison.Ordinal) ? Mender.Agent : reason == "mended by a person" ? Mender.Person : Mender.Itself;

    /// <summary>
    /// The incident as a newly started agent reads it. A time in the future was written by a clock that was ahead,
    /// on an earlier boot of the host. It is replaced by the present time, so that nothing waits for the clock to
    /// get there. A verification begins anew: nobody looked meanwhile, so nobody has seen that the host is not well.
    /// </summary>
    public Incident TakenUp(DateTimeOffset now) => this with
    {
        SuspectedAt = Earlier(SuspectedAt, now),
        NamedAt = Earlier(NamedAt, now),
        LastSeenAt = Earlier(LastSeenAt, now),
        StateSince = State == IncidentState.Verifying ? now : Earlier(StateSince, now),
        ConfirmedAt = ConfirmedAt is { } confirmed ? Earlier(confirmed, now) : null,
        EndedAt = EndedAt is { } ended ? Earlier(ended, now) : null,
    };

    private static DateTimeOffset Earlier(DateTimeOffset at, DateTimeOffset now) => at < now ? at : now;

    private Incident Enter(IncidentState state, DateTimeOffset at, string reason) => this with { State = state, StateSince = at, Reason = reason };

    private IReadOnlyList<Rung> CutShortNow() =>
        Running is { IsWide: true } && Attempts is [.., var rung] && CutShort.Count(r => r == rung) < Attempts.Count(r => r == rung)
            ? [.. CutShort, rung]
            : CutShort;

    private Incident FoundCause(CauseFound e) => this with
    {
        Related = [.. Related, (Fault, Subject)],
        FormerNames = [.. FormerNames, (Fault, Subject)],
        Fault = e.Fault,
        Subject = e.Subject,
        Identity = e.Identity,
        Known = e.Known,
        Probe = e.Probe,
        Summary = e.Summary,
        Evidence = [.. Evidence.Concat(e.Evidence)],
        NamedAt = e.At,
        LastSeenAt = e.At,
        Sightings = 1,
        // The cause has its own rung to start at. Rungs already tried stay in Attempts.
        Rung = null,
    };
}
