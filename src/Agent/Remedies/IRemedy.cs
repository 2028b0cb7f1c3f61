using Agent.Domain.Recovery;

namespace Agent.Remedies;

/// <summary>
/// Does one kind of step. Idempotent: the agent may die at any point and do the step again. A remedy is one file, one line
/// in <see cref="RemedyList"/>, one test.
/// </summary>
internal interface IRemedy
{
    StepKind Kind { get; }

    /// <summary>
    /// Does the step, within limits of its own. Says how it ended; throws only for its own mistakes. Cancelled when the
    /// agent stops: it then leaves things as they are, and the journal says that the step was begun.
    /// </summary>
    Task<StepOutcome> RunAsync(StepContext context, CancellationToken cancellation);
}

/// <summary>A step, and the incident that it is done for.</summary>
/// <param name="Progress">Tells people what takes time, in short phrases.</param>
internal sealed record StepContext(Step Step, string IncidentId, Action<string> Progress);

/// <summary>How a step ended, for the journal and for people.</summary>
/// <param name="Bundle">Path of a bundle that the step wrote.</param>
internal sealed record StepOutcome(bool Succeeded, string Detail, string? Bundle = null)
{
    /// <summary>The bundle holds device logs.</summary>
    public bool BundleIsFull { get; init; }

    /// <summary>To be called once the journal says how the step ended: what an agent that is killed before would have needed can go.</summary>
    public Action? WhenRecorded { get; init; }

    /// <summary>What was to do it refused to begin, for a reason that passes: no attempt was spent.</summary>
    public bool NotBegun { get; init; }

    /// <summary>Not begun, and not tried again before what is missing is there: the recovery was no attempt either.</summary>
    public bool Waits { get; init; }

    public static StepOutcome Done(string detail) => new(true, detail);

    public static StepOutcome Failed(string detail) => new(false, detail);
}
