using Agent.Domain.Observations;

namespace Agent.Domain.Recovery;

/// <summary>One thing to be done, as data.</summary>
/// <param name="Kind">The kind of act.</param>
/// <param name="Subject">Its object: an engine, a chip, the driver or the host.</param>
public sealed record Step(StepKind Kind, Subject Subject)
{
    /// <summary>It runs even after a failed step: it gives back an engine that was stopped for the sake of another.</summary>
    public bool EvenAfterFailure { get; init; }

    /// <summary>A stop counts as complete even if processes sleep in the driver. The reset or restart that follows ends them.</summary>
    public bool LeavesStuck { get; init; }

    /// <summary>Whether doing it again after an interruption can do harm, so that attempts are counted on disk.</summary>
    public bool IsBudgeted => Kind is StepKind.StartEngine or StepKind.ClearOrphans or StepKind.ResetChip or StepKind.RestartDriver;

    /// <summary>Whether it touches more than one engine. Such a step is never begun when the attempt cannot be written down.</summary>
    public bool IsWide => Kind is StepKind.ResetChip or StepKind.RestartDriver;

    /// <summary>The kind as one word of the command line, journal and metrics.</summary>
    public string Name => NameOf(Kind);

    public static string NameOf(StepKind kind) => kind switch
    {
        StepKind.CollectEvidence => "collect-evidence",
        StepKind.CollectAllEvidence => "collect-all-evidence",
        StepKind.StopEngine => "stop-engine",
        StepKind.WaitForChipMemory => "wait-for-chip-memory",
        StepKind.ClearOrphans => "clear-orphans",
        StepKind.ResetChip => "reset-chip",
        StepKind.RestartDriver => "restart-driver",
        StepKind.WaitForChips => "wait-for-chips",
        StepKind.StartEngine => "start-engine",
        StepKind.CompleteEvidence => "complete-evidence",
        _ => "verify-engine",
    };

    public static StepKind? KindOf(string name)
    {
        foreach (var kind in Enum.GetValues<StepKind>())
        {
            if (NameOf(kind) == name)
                return kind;
        }

        return null;
    }

    public override string ToString() => Subject.Kind == SubjectKind.Host ? Name : $"{Name} {Subject}";
}
