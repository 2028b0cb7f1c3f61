namespace Agent.Domain.Engines;

/// <summary>What stands in the way of the next start, or showed at the last one.</summary>
public sealed record StartSign(DateTimeOffset At)
{
    /// <summary>Processes of the engine that survived SIGKILL because they sleep in the driver.</summary>
    public IReadOnlyList<string> Stuck { get; init; } = [];

    /// <summary>Fault code and reason of the last start when it was refused before it began.</summary>
    public string? RefusedFault { get; init; }

    public string? RefusedBecause { get; init; }

    /// <summary>How this start and the one before it failed, when they failed alike.</summary>
    public string? FailsAlike { get; init; }

    public string Text =>
        Stuck.Count > 0 ? $"survives SIGKILL: {string.Join(", ", Stuck)}"
        : RefusedBecause is not null ? $"refused: {RefusedBecause}"
        : FailsAlike ?? "nothing stands in its way";
}
