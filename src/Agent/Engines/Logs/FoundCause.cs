using Agent.Engines.Causes;
using Agent.Engines.Starting;

namespace Agent.Engines.Logs;

/// <summary>A cause that the log named.</summary>
/// <param name="Phase">Before the engine first served, or after.</param>
/// <param name="Process">The process that told it. Empty if the version does not tell.</param>
/// <param name="At">The time when the line was read.</param>
internal sealed record FoundCause(LogSignature Signature, CausePhase Phase, StartupStage Stage, string Process, string Line, DateTimeOffset At)
{
    /// <summary>
    /// Errors of one failure follow each other within this time. A later error
    /// belongs to another failure. The time is longer than any pause within a report.
    /// </summary>
    private static readonly TimeSpan OneFailure = TimeSpan.FromSeconds(60);

    /// <summary>The first line of figures after the cause.</summary>
    private EngineFigures? Worked { get; init; }

    public CauseMeaning Meaning => Signature.In(Phase);

    /// <summary>
    /// The first error of a failure is its cause, but an error that explains it better counts more. An
    /// error of a later failure is nearer to the end. A cause that came before the end of the core stays.
    /// </summary>
    public bool GivesWayTo(LogSignature other, DateTimeOffset now, DateTimeOffset? deathAt) =>
        other.Weight > Signature.Weight || (other.Standing != Standing.Echo && deathAt is null && now - At > OneFailure);

    /// <summary>
    /// Whether a stage that was reached proves that the start went on. The process that told the cause proves it. So does
    /// any process if the cause came before the engine core began: it would have ended the only process that there was.
    /// </summary>
    public bool IsDisprovedBy(EngineLine stage) =>
        (Process.Length > 0 && stage.Process == Process) || (Stage < StartupStage.EngineCoreStarted && Meaning.Cure == Cure.Person);

    public FoundCause With(string below) => Line.Contains(below, StringComparison.Ordinal) ? this : this with { Line = $"{Line.TrimEnd()}: {below}" };

    /// <summary>
    /// The engine core prints every few seconds how much it generated. The first such line may cover the time before the cause, the second does not.
    /// </summary>
    /// <returns>Null when it is proven that the engine went on.</returns>
    public FoundCause? After(EngineFigures figures) =>
        !figures.Generates ? this
        : Worked is null ? this with { Worked = figures }
        : Worked.Engine == figures.Engine ? null
        : this;
}
