namespace Agent.Domain.Engines;

public enum CanaryEnd
{
    Right,
    Wrong,
    Unanswered,

    /// <summary>Not asked, or asked behind other work and not answered: the counters moved, a busy engine proves that it works.</summary>
    NotNeeded,

    /// <summary>No answer for another reason: refused, an error, a broken connection.</summary>
    Failed,
}

/// <summary>How canaries end.</summary>
/// <param name="InARow">So many in a row ended so (of wrong answers: looks).</param>
/// <param name="Since">When the first of them was asked.</param>
/// <param name="For">From the first question to the newest answer or miss, by a clock that nobody sets.</param>
public sealed record CanarySign(DateTimeOffset At, CanaryEnd End, int InARow, DateTimeOffset Since, TimeSpan For, string Text)
{
    /// <summary>When the newest was asked.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Whether the counters stood still from the first question on; null: there are none.</summary>
    public bool? CountersFlat { get; init; }

    /// <summary>There was other work when it was asked, so it may stand in a queue.</summary>
    public bool WorkBefore { get; init; }

    /// <summary>
    /// The counters show that nothing else was asked before, during and after it: only then does its time say something of the
    /// engine. Counters that cannot be read show nothing.
    /// </summary>
    public bool HadEngineAlone { get; init; }

    public double? SecondsPerToken { get; init; }
}
