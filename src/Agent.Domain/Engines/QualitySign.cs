namespace Agent.Domain.Engines;

/// <summary>How the engine's answers compare with the accepted ones, or whether they are text at all where nothing was accepted.</summary>
/// <param name="Complaints">What is worse than allowed, comparison after comparison; none: all is well.</param>
public sealed record QualitySign(DateTimeOffset At, IReadOnlyList<string> Complaints, string Text)
{
    /// <summary>Answers that differ, verbatim, at most a few.</summary>
    public IReadOnlyList<string> Different { get; init; } = [];

    /// <summary>The run that answered so is over. A restart that loaded the weights anew proves nothing before it is compared again.</summary>
    public bool IsOfRunBefore { get; init; }
}
