namespace Agent.Domain.Engines;

/// <summary>The main process, by /proc.</summary>
/// <param name="Text">In words: number and age, or how it ended.</param>
public sealed record ProcessSign(DateTimeOffset At, EngineLife Life, string Text)
{
    /// <summary>Ended by SIGKILL or the like: it told nobody, so the others stay for good.</summary>
    public bool WasKilled { get; init; }

    /// <summary>It was asked to end, by somebody else than the agent: by a signal, or through its service manager or container.</summary>
    public bool WasAsked { get; init; }

    /// <summary>How long ago its end was seen, by a clock that nobody sets.</summary>
    public TimeSpan EndedFor { get; init; }

    /// <summary>Processes of the engine that outlived it.</summary>
    public IReadOnlyList<string> Leftovers { get; init; } = [];
}

/// <summary>The engine core's processes, found by their titles once the engine served.</summary>
/// <param name="MissingFor">How long one of them has been gone; null while all live.</param>
public sealed record CoreSign(DateTimeOffset At, TimeSpan? MissingFor, string Text);
