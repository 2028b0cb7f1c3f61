namespace Agent.Domain.Recovery;

/// <summary>What can be done. Each has exactly one remedy in the agent.</summary>
public enum StepKind
{
    /// <summary>Begins a fast bundle: what stopping an engine destroys.</summary>
    CollectEvidence,

    /// <summary>Begins a full bundle with device logs: what a chip reset or a driver restart destroys.</summary>
    CollectAllEvidence,

    StopEngine,
    WaitForChipMemory,
    ClearOrphans,
    ResetChip,
    RestartDriver,
    WaitForChips,
    StartEngine,
    VerifyEngine,

    /// <summary>The rest of a bundle: what no step destroys, collected while the engine comes up.</summary>
    CompleteEvidence,
}
