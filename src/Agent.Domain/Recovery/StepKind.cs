namespace Agent.Domain.Recovery;

/// <summary>The possible steps. Each has exactly one remedy in the agent.</summary>
public enum StepKind
{
    /// <summary>Begins a fast bundle with the evidence that stopping an engine destroys.</summary>
    CollectEvidence,

    /// <summary>Begins a full bundle with device logs: the evidence that a chip reset or a driver restart destroys.</summary>
    CollectAllEvidence,

    StopEngine,
    WaitForChipMemory,
    ClearOrphans,
    ResetChip,
    RestartDriver,
    WaitForChips,
    StartEngine,
    VerifyEngine,

    /// <summary>Adds the rest of a bundle: the evidence that no step destroys, collected while the engine comes up.</summary>
    CompleteEvidence,
}
