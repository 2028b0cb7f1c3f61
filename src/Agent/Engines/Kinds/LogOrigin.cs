namespace Agent.Engines.Kinds;

/// <summary>The origin of the log file of a run.</summary>
internal enum LogOrigin
{
    /// <summary>The engine itself writes it.</summary>
    Written,

    /// <summary>
    /// The engine itself writes it. An engine that was started again without the agent goes on in the same file, behind its <see cref="RunMark"/>.
    /// </summary>
    WrittenBehindMark,

    /// <summary>It is copied, and the copy holds this run alone.</summary>
    Copied,

    /// <summary>It is copied. If it was started again without the agent, the earlier runs are printed first.</summary>
    CopiedWithEarlierRuns,
}
