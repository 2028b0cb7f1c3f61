namespace Agent.Engines.Kinds;

/// <summary>Where the log file of a run comes from.</summary>
internal enum LogOrigin
{
    /// <summary>The engine itself writes it.</summary>
    Written,

    /// <summary>The engine itself writes it, and one that was started again without the agent goes on in the same file, behind its <see cref="RunMark"/>.</summary>
    WrittenBehindMark,

    /// <summary>It is copied, and what is copied holds this run alone.</summary>
    Copied,

    /// <summary>It is copied, and what was started again without the agent prints its earlier runs first.</summary>
    CopiedWithEarlierRuns,
}
